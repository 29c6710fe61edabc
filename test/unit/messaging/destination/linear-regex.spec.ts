import { describe, expect, it } from '@jest/globals';
import { LinearProgram } from '../../../../src/messaging/destination/linear-program.js';
import { compileLinearRegex } from '../../../../src/messaging/destination/linear-program-compiler.js';
import { type LinearRegex, sizeOf } from '../../../../src/messaging/destination/linear-regex.js';
import { parseLinearRegex } from '../../../../src/messaging/destination/linear-regex-parser.js';

const refuse = (problem: string, remedy: string) => new Error(`${problem}. ${remedy}`);

function matches(regex: string, text: string): boolean {
  return new LinearProgram(compileLinearRegex(parseLinearRegex(regex, refuse))).matches(text, 0, text.length);
}

describe('A regular expression', () => {
  it.each([
    ['abc', ['abc'], ['', 'ab', 'abcd', 'abC']],
    ['', [''], ['a']],
    ['.', ['a', '\n', '😀'], ['', 'ab']],
    ['a.c', ['abc'], ['ac']],
    ['a|bc|', ['a', 'bc', ''], ['abc', 'b']],
    ['(a|b)c', ['ac', 'bc'], ['c', 'ab']],
    ['(?:a|b)c', ['ac', 'bc'], ['c']],
    ['a*', ['', 'a', 'aaa'], ['b']],
    ['a+', ['a', 'aaa'], ['', 'b']],
    ['a?', ['', 'a'], ['aa']],
    ['a*?b', ['b', 'aab'], ['a']],
    ['a+?', ['a', 'aa'], ['']],
    ['a??', ['', 'a'], ['aa']],
    ['a{2}', ['aa'], ['a', 'aaa']],
    ['a{2,}', ['aa', 'aaaa'], ['a']],
    ['a{2,3}', ['aa', 'aaa'], ['a', 'aaaa']],
    ['a{0}', [''], ['a']],
    ['a{0,}b', ['b', 'aab'], ['a']],
    ['a{1,}', ['a', 'aa'], ['']],
    ['a{0,1}?', ['', 'a'], ['aa']],
    ['(ab){2}', ['abab'], ['ab', 'aabb']],
    ['(a*)*', ['', 'aa'], ['b']],
    ['(a*)+b', ['b', 'aab'], ['a']],
    ['(|a)+', ['', 'a', 'aa'], ['b']],
    ['(a?){3}', ['', 'a', 'aaa'], ['aaaa']],
    ['a{1000}', ['a'.repeat(1000)], ['a'.repeat(999), 'a'.repeat(1001)]],
    ['\\d+', ['0', '19'], ['', 'a', '٣']],
    ['\\D', ['a', '٣'], ['0']],
    ['\\w+', ['aZ_9'], ['-', 'é']],
    ['\\W', ['-', 'é', '😀'], ['a', '_']],
    ['\\s', [' ', '\t', '\v', '\r'], ['a', '\u00a0']],
    ['\\S', ['a', '\u00a0'], [' ']],
    ['\\.\\*\\(\\)\\{\\}\\[\\]\\\\\\-\\/', ['.*(){}[]\\-/'], ['a*(){}[]\\-/']],
    [']', [']'], ['[']],
    ['[abc]', ['a', 'b', 'c'], ['', 'd', 'ab']],
    ['[a-c]', ['a', 'b', 'c'], ['d', '-', '`']],
    ['[a-ce-g]', ['c', 'e'], ['d']],
    ['[^a-c]', ['d', '\n', '😀'], ['a', '']],
    ['[-a]', ['-', 'a'], ['b']],
    ['[a-]', ['-', 'a'], ['b']],
    ['[a-c-]', ['-', 'b'], ['d']],
    ['[a^]', ['a', '^'], ['b']],
    ['[\\d-]', ['1', '-'], ['a']],
    ['[\\d_x-z]', ['1', '_', 'y'], ['a']],
    ['[^\\d\\W]', ['a', '_'], ['1', '-']],
    ['[^\\d\\D]', [], ['1', 'a', '']],
    ['[\\]\\\\]', [']', '\\'], ['[']],
    ['[.*+?(){}|$&]', ['.', '*', '+', '?', '(', ')', '{', '}', '|', '$', '&'], ['a']],
    ['[😀-😂]', ['😀', '😁'], ['😃', '\ud83d']],
    ['[\u0000-\u{10ffff}]', ['a', '\u0000'], ['']],
    ['[^b-\u{10ffff}]', ['a'], ['b', '😀']],
    ['[dbca]', ['a', 'b', 'c', 'd'], ['e', '@']],
    ['[a-zc-d]', ['z', 'c'], ['A']],
    [`${'('.repeat(50)}a${')'.repeat(50)}`, ['a'], ['b']],
  ])('%s matches %j, and does not match %j', (regex, good, bad) => {
    for (const text of good) expect([text, matches(regex, text)]).toEqual([text, true]);
    for (const text of bad) expect([text, matches(regex, text)]).toEqual([text, false]);
  });

  it.each([
    ['^a', 'the anchor ^'],
    ['a$', 'the anchor $'],
    ['*a', 'a * that repeats nothing'],
    ['+a', 'a + that repeats nothing'],
    ['a|?', 'a ? that repeats nothing'],
    ['{2}', 'a { that repeats nothing'],
    ['a}', 'a } that repeats nothing'],
    ['a**', 'a * that repeats nothing'],
    ['a++', 'a + that repeats nothing'],
    ['a???', 'a ? that repeats nothing'],
    ['(*a)', 'a * that repeats nothing'],
    ['(a', 'a group that is not closed'],
    ['(a|', 'a group that is not closed'],
    ['a)', 'closes a group that it did not open'],
    ['(?=a)', 'a special group'],
    ['(?!a)', 'a special group'],
    ['(?<=a)', 'a special group'],
    ['(?<n>a)', 'a special group'],
    ['(?i)a', 'a special group'],
    ['[a', 'a class that is not closed'],
    ['[a-', 'a class that is not closed'],
    ['[]', 'an empty class'],
    ['[^]', 'an empty class'],
    ['[a[b]]', 'calculates with classes'],
    ['[a&&b]', 'calculates with classes'],
    ['[b-a]', 'a range that does not run from one character to a later one'],
    ['[\\d-z]', 'a range that does not run from one character to a later one'],
    ['[a-\\d]', 'a range that does not run from one character to a later one'],
    ['(a)\\1', 'the escape \\1'],
    ['\\bа', 'the escape \\b'],
    ['\\p{L}', 'the escape \\p'],
    ['[\\n]', 'the escape \\n'],
    ['a\\', 'the escape \\.'],
    ['a{', 'a malformed count'],
    ['a{}', 'a malformed count'],
    ['a{x}', 'a malformed count'],
    ['a{,2}', 'a malformed count'],
    ['a{2,1}', 'a malformed count'],
    ['a{1,2,3}', 'a malformed count'],
    ['a{2', 'a malformed count'],
    ['a{1001}', 'a malformed count'],
    ['a{1,1001}', 'a malformed count'],
    ['a{1001,}', 'a malformed count'],
    ['a{99999}', 'a malformed count'],
    [`${'('.repeat(51)}a${')'.repeat(51)}`, 'nests more than 50 groups'],
  ])('%s is refused, because it has %s', (regex, problem) => {
    expect(() => parseLinearRegex(regex, refuse)).toThrow(problem);
  });

  it('captures in the order in which captures begin, and only into what it is given', () => {
    const regex: LinearRegex = {
      kind: 'sequence',
      parts: ['x', 'y'].map((name) => ({ kind: 'capture', name, part: parseLinearRegex('a?', refuse) })),
    };
    expect(sizeOf(regex)).toBe(8);
    const program = new LinearProgram(compileLinearRegex(regex));
    const captured = new Map<string, string>();
    expect(program.matches('-a-', 1, 2, captured)).toBe(true);
    expect([...captured]).toEqual([
      ['x', 'a'],
      ['y', ''],
    ]);
    expect(program.matches('-b-', 1, 2, captured)).toBe(false);
    expect(program.matches('-aa-', 1, 3)).toBe(true);
  });

  it.each(['abc', 'a|b|c', '(a|)*b+', 'a{2,5}', 'a{0}', 'a{3,}?', '(a{2}){3}', '[a-c]?', '((a+)+)+'])(
    '%s compiles to no more instructions than were announced, and one to accept',
    (text) => {
      const regex = parseLinearRegex(text, refuse);
      expect(compileLinearRegex(regex).instructions.length).toBeLessThanOrEqual(sizeOf(regex) + 1);
    },
  );
});
