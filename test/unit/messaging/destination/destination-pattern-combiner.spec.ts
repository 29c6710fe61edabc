import { describe, expect, it } from '@jest/globals';
import {
  combineDestinationPatterns,
  normalizeMappingPattern,
} from '../../../../src/messaging/destination/destination-pattern-combiner.js';

describe('A mapping pattern', () => {
  it.each([
    ['echo', undefined, '/echo'],
    ['/echo', undefined, '/echo'],
    ['', undefined, ''],
    ['**', '/', '/**'],
    ['pre.foo', '.', 'pre.foo'],
    ['/pre.foo', '.', '/pre.foo'],
  ] as const)('[RT-12] %j, separated by %j, becomes %j', (pattern, separator, expected) => {
    expect(normalizeMappingPattern(pattern, separator)).toBe(expected);
  });
});

describe('The pattern of a class and the pattern of a method', () => {
  it.each([
    ['/a', '/b', '/a/b'],
    ['/a', 'b', '/a/b'],
    ['/a/', '/b', '/a/b'],
    ['/a/*', '/b', '/a/b'],
    ['/a/**', '/b', '/a/**/b'],
    ['/a', '/a', '/a/a'],
    ['/*', '/b', '/b'],
    ['/a', '', '/a'],
    ['/a', '/', '/a/'],
    ['', '/b', '/b'],
    ['', '', ''],
    ['/**', '/b/{x}', '/b/{x}'],
    ['/a/**', '/a/b', '/a/b'],
    ['/a', '//a', '//a'],
    ['/{x}/*', '/b', '/{x}/b'],
    ['/{x}', '/b', '/{x}/b'],
    ['/*/*', '/b/c/d', '/*/b/c/d'],
    ['/a//*', '/b', '/a/b'],
  ])('[RT-25] %j and %j make %j', (type, method, expected) => {
    expect(combineDestinationPatterns(type, method)).toBe(expected);
  });

  it('[RT-12] get their leading slash before they are combined', () => {
    expect(combineDestinationPatterns('a', 'b')).toBe('/a/b');
    expect(combineDestinationPatterns('', 'b')).toBe('/b');
    expect(combineDestinationPatterns('a', '')).toBe('/a');
  });

  it.each([
    ['pre', 'foo', 'pre.foo'],
    ['pre', '.foo', 'pre.foo'],
    ['pre.*', 'foo', 'pre.foo'],
    ['pre.**', 'foo', 'pre.**.foo'],
    ['pre/*', 'foo', 'pre/*.foo'],
    ['*', 'foo', 'foo'],
    ['', 'foo', 'foo'],
    ['pre', '', 'pre'],
  ])('[RT-23] with dots, %j and %j make %j', (type, method, expected) => {
    expect(combineDestinationPatterns(type, method, '.')).toBe(expected);
  });

  it('keep a dot and what is behind it, which is no file extension here', () => {
    expect(combineDestinationPatterns('/*.stock', '/quotes')).toBe('/*.stock/quotes');
  });
});
