import { quoteForMessage } from '../quoted-text.js';
import { ANYTHING } from './linear-regex.js';
import { parseLinearRegex } from './linear-regex-parser.js';
import type { SegmentVariable } from './segment-compiler.js';

/** Makes the error that says why a pattern has no meaning. */
export type RefusePattern = (problem: string, remedy: string) => Error;

const NAME = /^[\p{L}\p{N}_$.-]+$/u;

/**
 * Where the brace that closes each brace is. A brace that is never closed is a character like any other
 * (RT-17). Within braces, other braces have to balance, and a backslash takes away the meaning of what
 * follows it.
 */
export function closingBraces(source: string): ReadonlyMap<number, number> {
  const closing = new Map<number, number>();
  const open: number[] = [];
  for (let at = 0; at < source.length; at++) {
    const character = source[at];
    if (character === '{') open.push(at);
    else if (character === '\\' && open.length > 0) at++;
    else if (character === '}') {
      const start = open.pop();
      if (start !== undefined) closing.set(start, at);
    }
  }
  return closing;
}

/**
 * Reads what stands between the braces of a variable.
 *
 * @throws what `refuse` makes, if it is not a name, or a name, a colon and a regular expression
 */
export function parseDestinationVariable(
  text: string,
  separator: string,
  refuse: RefusePattern,
): SegmentVariable {
  const colon = text.indexOf(':');
  const name = colon === -1 ? text : text.slice(0, colon);
  if (name.startsWith('*')) {
    throw refuse(
      `${quoteForMessage(name)} cannot take several segments`,
      'Write ** for any number of segments',
    );
  }
  if (!NAME.test(name) || name.includes(separator)) {
    throw refuse(
      `${quoteForMessage(name)} is not the name of a variable`,
      `Write {name} or {name:regex}, with a name of letters, digits, _, $ and -`,
    );
  }
  if (colon === -1) return { kind: 'variable', name, constraint: undefined, regex: ANYTHING };
  const constraint = text.slice(colon + 1);
  if (constraint === '') {
    throw refuse(
      `the regular expression of variable ${quoteForMessage(name)} is empty`,
      'Leave out the colon',
    );
  }
  const regex = parseLinearRegex(constraint, (problem, remedy) =>
    refuse(`the regular expression of variable ${quoteForMessage(name)} ${problem}`, remedy),
  );
  return { kind: 'variable', name, constraint, regex };
}
