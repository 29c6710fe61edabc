import { describe, expect, it } from '@jest/globals';
import {
  DestinationPattern,
  type DestinationSeparator,
} from '../../../../src/messaging/destination/destination-pattern.js';
import { compareDestinationPatterns } from '../../../../src/messaging/destination/destination-pattern-comparator.js';

function compare(
  destination: string,
  one: string,
  other: string,
  separator: DestinationSeparator = '/',
): number {
  const compile = (source: string) => DestinationPattern.compile(source, { separator });
  return Math.sign(compareDestinationPatterns(destination)(compile(one), compile(other)));
}

describe('Of two patterns that match a destination', () => {
  const observed = ['/a/b', '/a/?', '/a/b*', '/a/{x}', '/a/*', '/a/**/b', '/a/**', '/**'];
  const pairs = observed.flatMap((one, index) =>
    observed.slice(index + 1).map((other) => [one, other] as const),
  );

  it.each(pairs)('[RT-19] %s is more specific than %s', (one, other) => {
    expect(compare('/a/b', one, other)).toBe(-1);
    expect(compare('/a/b', other, one)).toBe(1);
  });

  it.each([
    ['the catch-all comes last', '/a/b/c', '/a/{x}/**', '/**', '/'],
    ['the catch-all comes after more wildcards', '/a/b/c', '/{x}/{y}/{z}', '/**', '/'],
    ['the catch-all without a slash comes last too', 'a.b.c', '{x}.{y}.{z}', '**', '.'],
    ['the one that equals the destination comes first', '/a/*', '/a/*', '/a/?', '/'],
    ['a prefix pattern comes after one without **', '/a/b/c', '/{x}/{y}/{z}', '/a/**', '/'],
    ['of two prefix patterns the longer comes first', '/a/b/c', '/a/{x}/**', '/a/**', '/'],
    ['fewer wildcards come first', '/a/b', '/{x}/b', '/{x}/{y}', '/'],
    ['** counts as two wildcards', '/a/b/c', '/a/{x}/c', '/**/c', '/'],
    ['** counts as two wildcards, not three', '/a/b/c', '/**/c', '/{x}/{y}/{z}', '/'],
    ['a prefix pattern is compared with ** elsewhere by wildcards', '/a/b', '/a/**', '/**/{x}', '/'],
    ['the longer text comes first', '/abc/d', '/abc/{x}', '/{x}/d', '/'],
    ['a variable is as long as one character', '/abc/d', '/ab{x}/d', '/{anything}/d', '/'],
    ['fewer stars come first', '/a/b', '/a/{x}', '/a/*', '/'],
    ['fewer variables come first', '/a/cd/b', '/a/**/b', '/{x}/?{y}/b', '/'],
    ['with dots, a prefix pattern ends with .**', 'a.b.c', '{x}.{y}.{z}', 'a.**', '.'],
    ['a last star behind a dot does not count', '/p/a.b', '/p/a.*', '/p/a.{x}', '/'],
    ['a star that is the first character does not count', 'a.b', '*.b', 'a.{x}', '.'],
    ['a star and a brace of a regular expression count', '/a/b', '/a/{x}', '/a/{x:b{1}}', '/'],
  ] as const)('[RT-20] %s', (_rule, destination, one, other, separator) => {
    expect(compare(destination, one, other, separator)).toBe(-1);
    expect(compare(destination, other, one, separator)).toBe(1);
  });

  it.each([
    ['/t/1', '/t/{x}', '/t/{y}'],
    ['/t/1', '/t/{x}', '/t/{longName:[0-9]+}'],
    ['/a/b', '/a/*', '/*/b'],
    ['/a/b/c', '/a/{x}/**', '/a/*/**'],
    ['/a/b', '/a/b', '/a/b'],
    ['/a/b', '/**', '/**'],
  ])('[RT-21] for %s neither %s nor %s is more specific', (destination, one, other) => {
    expect(compare(destination, one, other)).toBe(0);
    expect(compare(destination, other, one)).toBe(0);
  });

  it('[RT-18] a destination is more specific than any pattern, and collapsed separators are not', () => {
    const [literal, other] = ['/a/b', '/a//b'].map((source) =>
      DestinationPattern.compile(source, { collapseSeparators: true }),
    );
    const pattern = DestinationPattern.compile('/a/?');
    expect([pattern, other, literal].sort(compareDestinationPatterns('/a/b'))[0]).toBe(literal);
    expect([pattern, literal, other].sort(compareDestinationPatterns('/a//b'))[0]).toBe(other);
  });
});
