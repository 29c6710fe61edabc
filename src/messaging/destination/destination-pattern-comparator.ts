import type { DestinationPattern } from './destination-pattern.js';

/** What decides between two patterns that match the same destination; all of it is in their text. */
interface Specificity {
  /** Matches everything: `/**`, or `**` alone. */
  readonly isCatchAll: boolean;
  /** Ends with `/**`. */
  readonly isPrefix: boolean;
  /** Characters, a variable counted as one. */
  readonly length: number;
  readonly variables: number;
  readonly stars: number;
  readonly doubleStars: number;
}

/**
 * Orders patterns that match `destination`, the most specific first, as Spring does (spring-behaviour RT-19,
 * RT-20). 0 is a tie: neither is more specific (RT-21). As in Spring the order of three patterns may go round
 * in a circle, so the best one has to be compared with all others.
 *
 * Like Spring it counts in the text: braces and stars of a regular expression count too, and a `*` that is
 * the first character of all, or the last and behind a dot, does not. One thing is different: `**` alone
 * comes last whatever the separator. Spring only knows `/**`, and with dots would prefer `**` to
 * `{a}.{b}.{c}`.
 */
export function compareDestinationPatterns(
  destination: string,
): (a: DestinationPattern, b: DestinationPattern) => number {
  return (a, b) => {
    const left = specificityOf(a);
    const right = specificityOf(b);
    if (left.isCatchAll !== right.isCatchAll) return left.isCatchAll ? 1 : -1;
    if (a.source === destination || b.source === destination) {
      return Number(b.source === destination) - Number(a.source === destination);
    }
    if (left.isPrefix && right.isPrefix) return right.length - left.length;
    if (left.isPrefix && right.doubleStars === 0) return 1;
    if (right.isPrefix && left.doubleStars === 0) return -1;
    return (
      wildcardsOf(left) - wildcardsOf(right) ||
      right.length - left.length ||
      left.stars - right.stars ||
      left.variables - right.variables
    );
  };
}

const VARIABLE = /\{[^/}]+\}/g;

function specificityOf({ source, separator }: DestinationPattern): Specificity {
  let variables = 0;
  let stars = 0;
  let doubleStars = 0;
  for (let at = 0; at < source.length; at++) {
    if (source[at] === '{') variables++;
    else if (source.startsWith('**', at)) {
      doubleStars++;
      at++;
    } else if (source[at] === '*' && at > 0 && source.slice(at - 1) !== '.*') stars++;
  }
  const isCatchAll = source === '**' || source === `${separator}**`;
  const isPrefix = source.endsWith(`${separator}**`);
  return {
    isCatchAll,
    isPrefix,
    length: source.replace(VARIABLE, '#').length,
    variables,
    stars,
    doubleStars,
  };
}

function wildcardsOf({ variables, stars, doubleStars }: Specificity): number {
  return variables + stars + 2 * doubleStars;
}
