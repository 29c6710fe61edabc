import { describe, expect, it } from '@jest/globals';
import {
  DestinationPattern,
  type DestinationPatternOptions,
} from '../../../../src/messaging/destination/destination-pattern.js';
import { covers, mayIntersect } from '../../../../src/messaging/destination/destination-pattern-relations.js';

const rule = (source: string, options: DestinationPatternOptions = {}) =>
  DestinationPattern.compile(source, { ...options, collapseSeparators: true });
const exact = (source: string) => DestinationPattern.compile(source);

function relation(one: DestinationPattern, other: DestinationPattern): string {
  expect(mayIntersect(other, one)).toBe(mayIntersect(one, other));
  if (!mayIntersect(one, other)) return 'apart';
  return covers(one, other) ? 'covers' : 'meets';
}

describe('A pattern', () => {
  it.each([
    ['/topic/secret', '/topic/*', 'meets'],
    ['/topic/secret', '/topic/?ecret', 'meets'],
    ['/topic/secret', '/topic/??cret', 'meets'],
    ['/topic/secret', '/topic/sec*', 'meets'],
    ['/topic/secret', '/topic/{x:[a-z]+}', 'meets'],
    ['/topic/secret', '/topic/{x:[0-9]+}', 'apart'],
    ['/topic/secret', '/topic/pub*', 'apart'],
    ['/topic/secret', '/topic/*/x', 'apart'],
    ['/topic/secret', '/topic/**/secret', 'meets'],
    ['/topic/secret', 'topic/*', 'apart'],
    ['/topic/secret', '/topic/*/', 'apart'],
    ['/topic/secret/', '/topic/*/', 'meets'],
    ['/topic/secret/', '/topic/secret/*', 'meets'],
    ['/topic/secret/', '/topic/**', 'meets'],
    ['/', '/*', 'meets'],
    ['/', '/**', 'meets'],
    ['', '**', 'meets'],
    ['/topic/secret-*', '/topic/public-*', 'apart'],
    ['/topic/*-secret', '/topic/*-public', 'apart'],
    ['/topic/a*', '/topic/*b', 'meets'],
    ['/topic/ab*', '/topic/a*', 'meets'],
    ['/topic/*ba', '/topic/*a', 'meets'],
    ['/topic/{x:[0-9]+}', '/topic/{y:[a-z]+}', 'meets'],
    ['/topic/x{x:[0-9]+}', '/topic/y{y:[a-z]+}', 'apart'],
    ['/a/**/z', '/**/y', 'apart'],
    ['/a/**/z', '/**/b/**', 'meets'],
    ['/a/**/b/**/c', '/a/*/c', 'meets'],
    ['/a/**/b/**/c', '/a/c', 'apart'],
    ['/topic/**', '/topic/**', 'covers'],
    ['/topic/**', '/topic', 'covers'],
    ['/topic/**', '/topic/secret/*', 'covers'],
    ['/topic/**', '/topic/{a}/{b:[0-9]+}/?', 'covers'],
    ['/topic/**', '/topic/a/**/b/', 'covers'],
    ['/topic/**', '/**', 'meets'],
    ['/topic/**', '/*/a', 'meets'],
    ['/topic/*', '/topic/*', 'covers'],
    ['/topic/*', '/topic/{a}', 'covers'],
    ['/topic/*', '/topic/{a}{b}', 'covers'],
    ['/topic/{a}{b}', '/topic/?', 'covers'],
    ['/topic/*', '/topic/?', 'covers'],
    ['/topic/*', '/topic/**', 'meets'],
    ['/topic/*', '/topic/*/', 'meets'],
    ['/topic/*/', '/topic/*/', 'covers'],
    // Of `/topic/` the one takes `*` for nothing, and the other has no value for its variable.
    ['/topic/{a}', '/topic/*', 'meets'],
    ['/topic/a*', '/topic/ab*', 'covers'],
    ['/topic/a*c', '/topic/ab?bc', 'covers'],
    ['/topic/a*c', '/topic/ab*', 'meets'],
    ['/topic/ab*', '/topic/a*', 'meets'],
    ['/topic/a*b*c', '/topic/a{x}b{y}c', 'meets'],
    ['/topic/a*b*c', '/topic/axbxc', 'covers'],
    ['/topic/{x:[0-9]+}', '/topic/{y:[0-9]+}', 'covers'],
    ['/topic/{x:[0-9]+}', '/topic/12', 'covers'],
    ['/topic/?', '/topic/{y:[0-9]}', 'meets'],
    ['/*/**', '/**/a', 'covers'],
    ['/*/**', '/**', 'meets'],
    ['/**/a', '/**/b/a', 'covers'],
    ['/**/a', '/**/b', 'apart'],
    ['/a/*', '/a/**/b', 'meets'],
    ['/a?/**', '/**/b', 'meets'],
  ])('%s and %s: %s', (one, other, expected) => {
    expect(relation(rule(one), rule(other))).toBe(expected);
  });

  it('with dots between its segments is judged by them', () => {
    const dots = { separator: '.' } as const;
    expect(relation(rule('topic.secret.**', dots), rule('topic.*', dots))).toBe('meets');
    expect(relation(rule('topic.**', dots), rule('topic.*.x', dots))).toBe('covers');
    expect(relation(rule('topic.secret', dots), rule('topic.p*', dots))).toBe('apart');
  });

  it('cannot be compared with one of another separator, so they may have anything in common', () => {
    expect(relation(rule('a.*', { separator: '.' }), rule('/b/*'))).toBe('meets');
  });
});

describe('A destination that is compared as a string', () => {
  it.each([
    [exact('/a/b'), exact('/a/b'), 'covers'],
    [exact('/a/b'), exact('/a//b'), 'apart'],
    [rule('/a/b'), exact('/a//b'), 'covers'],
    [rule('/a/*'), exact('/a/b'), 'covers'],
    [exact('/a/b'), rule('/a/*'), 'meets'],
    [exact('/a//b'), rule('/a/b'), 'meets'],
    [exact('/b'), rule('/a/*'), 'apart'],
  ])('%#: is in what it matches, and covers nothing but itself', (one, other, expected) => {
    expect(relation(one, other)).toBe(expected);
  });
});
