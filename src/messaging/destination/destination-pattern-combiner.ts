import { DestinationPattern, type DestinationSeparator } from './destination-pattern.js';

/**
 * The pattern of a mapping as it is matched: with slashes, one is put in front if there is none; an empty
 * pattern stays empty (spring-behaviour RT-12). With dots it stays as it is (RT-23).
 */
export function normalizeMappingPattern(pattern: string, separator: DestinationSeparator = '/'): string {
  return separator === '/' && pattern !== '' && !pattern.startsWith('/') ? `/${pattern}` : pattern;
}

/**
 * Combines the pattern of a class with the pattern of one of its methods, as Spring does (spring-behaviour
 * RT-25):
 *
 * - if one of them is empty, it is the other one;
 * - if the pattern of the class, having no variables, matches that of the method as if it were a destination,
 *   it is that of the method;
 * - a last segment `*` of the class gives way to the method;
 * - otherwise the one stands behind the other, with one separator between them.
 *
 * Both patterns are normalized as by {@link normalizeMappingPattern}. Spring has one rule more, for file
 * extensions (`/*.html` and `/hotel` make `/hotel.html`); destinations have none.
 */
export function combineDestinationPatterns(
  typePattern: string,
  methodPattern: string,
  separator: DestinationSeparator = '/',
): string {
  const type = normalizeMappingPattern(typePattern, separator);
  const method = normalizeMappingPattern(methodPattern, separator);
  if (type === '') return method;
  if (method === '') return type;
  if (type !== method && !type.includes('{') && covers(type, method, separator)) return method;
  const before = type.endsWith(`${separator}*`) ? type.slice(0, -2) : type;
  const behind = method.startsWith(separator) ? method.slice(1) : method;
  return before.endsWith(separator) ? before + behind : before + separator + behind;
}

function covers(type: string, method: string, separator: DestinationSeparator): boolean {
  return DestinationPattern.compile(type, { separator, collapseSeparators: true }).matches(method);
}
