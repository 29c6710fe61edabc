import { describe, expect, it } from '@jest/globals';
import {
  DestinationPattern,
  type DestinationPatternOptions,
} from '../../../../src/messaging/destination/destination-pattern.js';
import { DestinationPatternError } from '../../../../src/messaging/destination/destination-pattern-error.js';
import { CLIENT_PATTERN_LIMITS } from '../../../../src/messaging/destination/destination-pattern-limits.js';

const matches = (pattern: string, destination: string, options?: DestinationPatternOptions) =>
  DestinationPattern.compile(pattern, options).matches(destination);

/** The variables as an object, `undefined` for no match. */
const variablesOf = (pattern: string, destination: string, options?: DestinationPatternOptions) => {
  const variables = DestinationPattern.compile(pattern, options).match(destination);
  return variables && Object.fromEntries(variables);
};

function errorOf(pattern: string, options?: DestinationPatternOptions): DestinationPatternError {
  try {
    DestinationPattern.compile(pattern, options);
  } catch (error) {
    if (error instanceof DestinationPatternError) return error;
    throw error;
  }
  throw new Error(`${pattern} was compiled`);
}

describe('A destination without wildcards', () => {
  it.each([
    ['/topic/a', '/topic/a', true],
    ['/topic/a', '/topic/a/', false],
    ['/topic/a/', '/topic/a', false],
    ['/topic/a', '/topic//a', false],
    ['/topic/a', '/topic/A', false],
    ['/topic/a', 'topic/a', false],
    ['/topic/%61', '/topic/a', false],
    ['/topic/é', '/topic/e\u0301', false],
    ['', '', true],
    ['/topic/{a', '/topic/{a', true],
    ['/topic/a}b{', '/topic/a}b{', true],
  ])('[A107] [BRK-7] %j is compared with %j as a string: %s', (source, destination, expected) => {
    expect(DestinationPattern.compile(source).isPattern).toBe(false);
    expect(matches(source, destination)).toBe(expected);
  });

  it('has no variables, and gives none to a destination that equals it', () => {
    const pattern = DestinationPattern.compile('/topic/a');
    expect(pattern.variableNames).toEqual([]);
    expect(pattern.match('/topic/a')).toEqual(new Map());
    expect(pattern.match('/topic/b')).toBeUndefined();
  });

  it.each([
    ['/a/b', '/a//b', true],
    ['/a/b', '//a/b', true],
    ['/a//b', '/a/b', true],
    ['/a/b', '/a/b', true],
    ['/a/b/', '/a/b//', true],
    ['/a/b', '/a/b/', false],
    ['/a/b', 'a//b', false],
    ['/a/b', '/a//B', false],
    ['/', '//', true],
    ['/', '/a', false],
    ['', '', true],
    ['', '/', false],
  ])(
    '[RT-15] %j against %j, for a handler, which collapses separators: %s',
    (source, destination, expected) => {
      expect(matches(source, destination, { collapseSeparators: true })).toBe(expected);
    },
  );
});

describe('Wildcards', () => {
  it.each([
    ['/a/?', '/a/b', true],
    ['/a/?', '/a/', false],
    ['/a/?', '/a/bc', false],
    ['/a/?', '/a/😀', true],
    ['/a/b?d', '/a/bcd', true],
    ['/a?b', '/a/b', false],
    ['/a/*', '/a/', true],
    ['/a/*', '/a/b', true],
    ['/a/*', '/a', false],
    ['/a/*', '/a/b/', false],
    ['/a/*', '/a/b/c', false],
    ['/*', '/', true],
    ['/*/b', '//b', false],
    ['/a/b*', '/a/b', true],
    ['/a/b*', '/a/bcd', true],
    ['/a/b*', '/a/cb', false],
    ['/a/*b', '/a/ab', true],
    ['/a/*b', '/a/ba', false],
    ['/a/b*b', '/a/b', false],
    ['/a/b*b', '/a/bb', true],
    ['/a/*b*c*', '/a/xbxcx', true],
    ['/a/*b*c*', '/a/xcxbx', false],
    ['/a/***', '/a/b', true],
    ['/a/***', '/a/b/c', false],
    ['/a/**', '/a', true],
    ['/a/**', '/a/', true],
    ['/a/**', '/a/b', true],
    ['/a/**', '/a/b/c', true],
    ['/a/**', '/ab', false],
    ['/**', '/', true],
    ['/**', '/a/b/', true],
    ['/a/**/b', '/a/b', true],
    ['/a/**/b', '/a/x/y/b', true],
    ['/a/**/b', '/a/x/y/c', false],
    ['/a/**/b', '/a', false],
    ['/a/**/b/c', '/a/c', false],
    ['/**/a/b/**/c', '/x/a/a/b/y/c', true],
    ['/**/a/b/**/c', '/x/a/y/b/c', false],
    ['/**/a/**/a/**', '/x/a/y', false],
    ['/**/a/**/c', '/a', false],
    ['/a/**/**/b', '/a/b', true],
  ])('[RT-14] %s against %s: %s', (pattern, destination, expected) => {
    expect(DestinationPattern.compile(pattern).isPattern).toBe(true);
    expect(matches(pattern, destination)).toBe(expected);
  });

  it.each([
    ['/echo/*', '/echo/a/', false],
    ['/echo/*/', '/echo/a/', true],
    ['/echo/*/', '/echo/a', false],
    ['/**/a', '/b/a/', false],
    ['/**/a/', '/b/a/', true],
    ['/**/a/', '/b/a', false],
    ['/**/*', '/a/', false],
    ['/Echo/*', '/echo/a', false],
  ])('[RT-13] %s against %s, where the end or the case differs: %s', (pattern, destination, expected) => {
    expect(matches(pattern, destination)).toBe(expected);
  });

  it.each([
    ['/a/*', '/a//b', true],
    ['/a/*', '//a/b', true],
    ['/a/*', '/a//', true],
    ['/a/*/', '/a/b//', true],
    ['/a//*', '/a/b', true],
    ['/a/**/b', '/a//x//b', true],
    ['/a/**/b/', '/a//b//', true],
    ['/a/*', 'a/b', false],
    ['a/*', '/a/b', false],
    ['a/*', 'a/b', true],
    ['**', 'a/b', true],
    ['**', '/a/b', false],
  ])(
    '[RT-15] %s against %s, with separators in a row or at the start: %s',
    (pattern, destination, expected) => {
      expect(matches(pattern, destination)).toBe(expected);
    },
  );

  it.each([
    ['/topic/*', '/topic/*', true],
    ['/topic/a', '/topic/*', false],
    ['/topic/a', '/topic/{x}', false],
    ['/topic/?', '/topic/**', false],
    ['/topic/{x:[a-z]+}', '/topic/*', false],
  ])(
    '[BRK-8] %s against the destination %s, whose wildcards are literal: %s',
    (pattern, destination, expected) => {
      expect(matches(pattern, destination)).toBe(expected);
    },
  );

  it.each([
    ['/topic/price.*', '/topic/price.a', '.', true],
    ['/topic/price.*', '/topic/price.a.b', '.', false],
    ['/topic/price.*', '/topic/price.a', '/', true],
    ['/topic/price.*', '/topic/price.a.b', '/', true],
    ['/topic/price.**', '/topic/price', '.', true],
    ['/topic/price.**', '/topic/price.a.b', '.', true],
    ['pre.*', 'pre.foo', '.', true],
    ['pre.*', 'pre..foo', '.', true],
    ['pre.*', '.pre.foo', '.', false],
    ['a/*', 'a/b/c', '.', true],
  ] as const)(
    '[RT-23] [RT-24] %s against %s, separated by %j: %s',
    (pattern, destination, separator, expected) => {
      expect(matches(pattern, destination, { separator })).toBe(expected);
    },
  );
});

describe('Variables', () => {
  it.each([
    ['/a/{x}', '/a/b.c', { x: 'b.c' }],
    ['/a/{x}', '/a/', undefined],
    ['/a/{x}', '/a', undefined],
    ['/a/{x}', '/a/b/', undefined],
    ['/a/{x}/b', '/a//b', undefined],
    ['/a/{x}-{y}', '/a/1-2-3', { x: '1-2', y: '3' }],
    ['/a/{x}-{y}', '/a/-', { x: '', y: '' }],
    ['/a/{x}-{y}', '/a/12', undefined],
    ['/a/{x}{y}', '/a/bc', { x: 'bc', y: '' }],
    ['/a/b{x}', '/a/b', { x: '' }],
    ['/a/b{x}c', '/a/bxc', { x: 'x' }],
    ['/a/b{x}b', '/a/b', undefined],
    ['/a/*-{x}', '/a/1-2-3', { x: '3' }],
    ['/a/{x}*', '/a/b', { x: 'b' }],
    ['/a/?{x}', '/a/😀c', { x: 'c' }],
    ['/{a}/**/{b}', '/1/2/3', { a: '1', b: '3' }],
    ['/**/{x}/b/**', '/a/c/b/d/b', { x: 'c' }],
    ['/**/a{x}/{y}/**', '/b/a1/a2/a3', { x: '1', y: 'a2' }],
    ['/a/{x}/*', '/a/b/', { x: 'b' }],
    ['/a/{user-id}/{orderId_2}/{größe}', '/a/1/2/3', { 'user-id': '1', orderId_2: '2', größe: '3' }],
    ['/a/{__proto__}', '/a/b', Object.fromEntries([['__proto__', 'b']])],
  ])('[RT-16] %s against %s: %j', (pattern, destination, expected) => {
    expect(variablesOf(pattern, destination)).toEqual(expected);
    expect(matches(pattern, destination)).toBe(expected !== undefined);
  });

  it('[RT-16] takes a dot as a separator only if it is one', () => {
    expect(variablesOf('a.{x}', 'a.b.c', { separator: '.' })).toBeUndefined();
    expect(variablesOf('a.{x}.{y}', 'a.b.c', { separator: '.' })).toEqual({ x: 'b', y: 'c' });
    expect(variablesOf('/a/{x.y}', '/a/b')).toEqual({ 'x.y': 'b' });
  });

  it.each([
    ['/a/{b:[0-9]+}', '/a/12', { b: '12' }],
    ['/a/{b:[0-9]+}', '/a/x', undefined],
    ['/a/{b:[0-9]+}', '/a/1x', undefined],
    ['/a/{b:[0-9]{3}}', '/a/123', { b: '123' }],
    ['/a/{b:[0-9]{3}}', '/a/12', undefined],
    ['/a/{b:(x|y)z}', '/a/yz', { b: 'yz' }],
    ['/a/{b:a|ab}{c}', '/a/abc', { b: 'a', c: 'bc' }],
    ['/a/{b:\\d*}{c:\\w*}', '/a/12ab', { b: '12', c: 'ab' }],
    ['/a/{b:\\d*?}{c:\\w*}', '/a/12ab', { b: '', c: '12ab' }],
    ['/a/{b:[^/]+}', '/a/x', { b: 'x' }],
    ['/a/{b:\\}+}', '/a/}}', { b: '}}' }],
    ['/a\\{b:x}', '/a\\x', { b: 'x' }],
    ['/v{b:\\d+}.{c:\\d+}/**', '/v1.20/x', { b: '1', c: '20' }],
  ])('[RT-17] %s against %s: %j', (pattern, destination, expected) => {
    expect(variablesOf(pattern, destination)).toEqual(expected);
    expect(matches(pattern, destination)).toBe(expected !== undefined);
  });

  it('[RT-17] keeps a separator inside of the regular expression, where it separates nothing', () => {
    expect(variablesOf('a.{x:.+}.c', 'a.b.c', { separator: '.' })).toEqual({ x: 'b' });
  });

  it.each(['/a/{b', '/a/b}', '/a/}b{', '/a/{b\\}'])(
    '[RT-17] are not in %s, whose brace is not closed',
    (source) => {
      expect(DestinationPattern.compile(source).isPattern).toBe(false);
      expect(matches(source, source)).toBe(true);
    },
  );

  it('[RT-17] are found behind a brace that is not closed', () => {
    expect(variablesOf('/{a{b}', '/{a1')).toEqual({ b: '1' });
    expect(variablesOf('/{a/{b}', '/{a/1')).toEqual({ b: '1' });
  });

  it('are named in the order of the pattern', () => {
    expect(DestinationPattern.compile('/{b}-{a}/**/{c:x}').variableNames).toEqual(['b', 'a', 'c']);
  });
});

describe('The signature of a pattern', () => {
  const signatureOf = (source: string, options?: DestinationPatternOptions) =>
    DestinationPattern.compile(source, options).signature;

  it.each([
    ['/t/{x}', '/t/{y}'],
    ['/t/{x}-{y}', '/t/{y}-{x}'],
    ['/t/{x:[0-9]+}', '/t/{y:[0-9]+}'],
    ['/t/{x}', '/t//{x}'],
    ['/t/***', '/t/*'],
    ['/t/**/**', '/t/**'],
    ['/t/**', '/t/**/'],
  ])('[RT-22] is the same for %s and %s', (one, other) => {
    expect(signatureOf(one)).toBe(signatureOf(other));
  });

  it.each([
    ['/t/{x}', '/t/*'],
    ['/t/{x}', '/t/{x:[0-9]+}'],
    ['/t/{x}', 't/{x}'],
    ['/t/{x}', '/t/{x}/'],
    ['/t/*', '/t/**'],
    ['/t/*', '/t/?'],
    ['/t/a', '/t//a'],
    ['/t/{x}a', '/t/a{x}'],
  ])('[RT-22] differs between %s and %s', (one, other) => {
    expect(signatureOf(one)).not.toBe(signatureOf(other));
  });

  it('[RT-22] is the text itself if there are no wildcards', () => {
    expect(signatureOf('/t//a')).toBe('/t//a');
    expect(signatureOf('/t//a', { collapseSeparators: true })).toBe('/t//a');
  });
});

describe('A pattern that has no meaning', () => {
  it.each([
    ['/a/{x}/{x}', 'two variables have the name "x"', 'Rename one of them'],
    ['/a/{x}-{x:b}', 'two variables have the name "x"', 'Rename one of them'],
    ['/a/{}', '"" is not the name of a variable', 'Write {name}'],
    ['/a/{:b}', '"" is not the name of a variable', 'Write {name}'],
    ['/a/{x y}', '"x y" is not the name of a variable', 'Write {name}'],
    ['/a/{b/c}', '"b/c" is not the name of a variable', 'Write {name}'],
    ['/a/{x?}', '"x?" is not the name of a variable', 'Write {name}'],
    ['/a/{{x}}', '"{x}" is not the name of a variable', 'Write {name}'],
    ['/a/{*rest}', '"*rest" cannot take several segments', 'Write **'],
    ['/a/{x:}', 'the regular expression of variable "x" is empty', 'Leave out the colon'],
    ['/a/{x:[}', 'the regular expression of variable "x" has a class that is not closed', 'Write ]'],
    ['/a/{x:^b$}', 'the regular expression of variable "x" has the anchor ^', 'Leave it out'],
  ])('[BAD-8] is refused when it is compiled: %s', (source, problem, remedy) => {
    const error = errorOf(source);
    expect(error.code).toBe('STOMP_ERR_PATTERN_SYNTAX');
    expect(error.name).toBe('DestinationPatternError');
    expect(error.pattern).toBe(source);
    expect(error.message).toContain(`"${source}": ${problem}`);
    expect(error.message).toContain(remedy);
  });

  it('is refused for a dot in a name if dots separate', () => {
    expect(errorOf('a.{x.y}', { separator: '.' }).message).toContain('"x.y" is not the name of a variable');
  });

  it('is quoted in one line of bounded length', () => {
    const source = `/a\n\u2028\u202e{}${'b'.repeat(100)}`;
    expect(errorOf(source).message).toBe(
      `Destination pattern "/a???{}${'b'.repeat(53)}...": "" is not the name of a variable. ` +
        'Write {name} or {name:regex}, with a name of letters, digits, _, $ and -.',
    );
  });
});

describe('[D73] The limits of a pattern', () => {
  const limits = { maxLength: 20, maxSegments: 3, maxWildcards: 4, maxRegexSize: 5 };

  it.each([
    ['maxLength', `/*${'a'.repeat(18)}`, `/*${'a'.repeat(19)}`, '20 characters'],
    ['maxSegments', '/*/b/c', '/*/b/c/d', '3 segments'],
    ['maxWildcards', '/**/?{x}', '/**/?{x}*', '4 wildcards'],
    ['maxRegexSize', '/{x:a{3}}/{y:bc}', '/{x:a{3}}/{y:bcd}', '5 instructions of regular expressions'],
  ])('%s lets %s pass, but not %s', (_limit, allowed, refused, what) => {
    expect(DestinationPattern.compile(allowed, { limits }).isPattern).toBe(true);
    const error = errorOf(refused, { limits });
    expect(error.code).toBe('STOMP_ERR_PATTERN_LIMIT');
    expect(error.message).toContain(`: more than ${what}. Use a shorter or simpler pattern.`);
  });

  it.each([false, true])(
    'do not concern a destination without wildcards, collapseSeparators: %s',
    (collapses) => {
      const source = '/a'.repeat(100);
      expect(matches(source, source, { limits, collapseSeparators: collapses })).toBe(true);
    },
  );

  it('refuse every regular expression if maxRegexSize is 0, and leave other variables alone', () => {
    const noRegex = { ...limits, maxRegexSize: 0 };
    expect(errorOf('/{x:a}', { limits: noRegex }).code).toBe('STOMP_ERR_PATTERN_LIMIT');
    expect(variablesOf('/{x}', '/a', { limits: noRegex })).toEqual({ x: 'a' });
  });

  it.each(['/{x:((a{1000}){1000}){1000}}', '/{x:(((){1000}){1000}){1000}}', '/{x:(a{1000}){11,}}'])(
    'of an application refuse %s, which would fill the memory',
    (source) => {
      expect(errorOf(source).message).toContain('more than 10000 instructions');
    },
  );

  it.each([
    '/topic/{id:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}}',
    '/topic/{name:\\w{1,36}}',
    '/topic/a/*/b/**/c/{x}/d/{y}/e/f/g/h',
    `/${'a'.repeat(510)}*`,
  ])('of a client let %s pass', (source) => {
    expect(DestinationPattern.compile(source, { limits: CLIENT_PATTERN_LIMITS }).isPattern).toBe(true);
  });

  it.each([`/${'a'.repeat(511)}*`, '/*'.repeat(17), `/*${'/a'.repeat(32)}`, '/{x:a{101}}'])(
    'of a client refuse %s',
    (source) => {
      expect(errorOf(source, { limits: CLIENT_PATTERN_LIMITS }).code).toBe('STOMP_ERR_PATTERN_LIMIT');
    },
  );
});
