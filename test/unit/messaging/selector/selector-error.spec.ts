import { describe, expect, it } from '@jest/globals';
import { SelectorError } from '../../../../src/messaging/selector/selector-error.js';
import { Selector } from '../../../../src/messaging/selector/selector.js';

function errorOf(selector: string): SelectorError {
  try {
    void new Selector(selector);
  } catch (error) {
    if (error instanceof SelectorError) return error;
    throw error;
  }
  throw new Error(`No error for ${selector}`);
}

const VALUE = "Write a header, a 'text', a number, TRUE, FALSE or NULL";
const COMPARE = 'Write a comparison such as = or <>, or IN, BETWEEN, LIKE, IS NULL';
const JOIN = 'Join conditions with AND or OR';
const HEADER = "Write headers.name or headers['name']";
const PARENTHESIS = 'Close the parenthesis, or join conditions with AND or OR';
const QUOTE = "Write ' at its end, and '' for a quote inside";
const CHARACTER =
  "Write texts as 'text', numbers as 12.5, and a header with other characters than letters, digits, _, $ and - as headers['name']";

describe('A selector that has no meaning is refused, with the place and the remedy:', () => {
  it.each([
    ['', 1, 'it ends too early', VALUE],
    ['a', 2, 'it ends too early', COMPARE],
    ['TRUE', 5, 'it ends too early', COMPARE],
    ['a =', 4, 'it ends too early', VALUE],
    ['a = = 1', 5, '"=" has no meaning here', VALUE],
    ['a === 1', 5, '"=" has no meaning here', VALUE],
    ['a 1', 3, '"1" has no meaning here', COMPARE],
    ["a 'AND' b", 3, `"'AND'" has no meaning here`, COMPARE],
    ['a = 1 b = 2', 7, '"b" has no meaning here', JOIN],
    ['a = 1)', 6, '")" has no meaning here', JOIN],
    ['(a = 1', 7, 'it ends too early', PARENTHESIS],
    ['(a) = 1', 3, '")" has no meaning here', COMPARE],
    ['a = 1 AND', 10, 'it ends too early', VALUE],
    ['NOT', 4, 'it ends too early', VALUE],
    ['and = 1', 1, '"and" has no meaning here', "Write a value; a header with this name is headers['and']"],
    [
      'a = Like',
      5,
      '"Like" has no meaning here',
      "Write a value; a header with this name is headers['Like']",
    ],
    ['a NOT = 1', 7, '"=" has no meaning here', COMPARE],
    ['a IS 1', 6, '"1" has no meaning here', 'Write IS NULL or IS NOT NULL'],
    ['a NOT IS NULL', 7, '"IS" has no meaning here', COMPARE],
    ["a IN 'x'", 6, `"'x'" has no meaning here`, "Write a list behind IN, such as ('a', 'b')"],
    ['a IN ()', 7, '")" has no meaning here', VALUE],
    ["a IN ('x' 'y')", 11, `"'y'" has no meaning here`, 'Close the list, or put a comma between its values'],
    ['a BETWEEN 1 OR 2', 13, '"OR" has no meaning here', 'Write BETWEEN 1 AND 2'],
    ['a LIKE b', 8, '"b" has no meaning here', "Write a pattern behind LIKE, such as 'a%'"],
    ['headers', 8, 'it ends too early', HEADER],
    ["headers = 'x'", 9, '"=" has no meaning here', HEADER],
    ['headers.5 = 1', 9, '"5" has no meaning here', HEADER],
    ["headers.'x' = 1", 9, `"'x'" has no meaning here`, HEADER],
    ['headers[0] = 1', 9, '"0" has no meaning here', HEADER],
    ["headers['x' = 1", 13, '"=" has no meaning here', HEADER],
    ["headers.a.b = 'x'", 10, '"." has no meaning here', COMPARE],
    ["a = 'x", 5, 'a text is not closed', QUOTE],
    ["a = 'x''", 5, 'a text is not closed', QUOTE],
    ['a = "x"', 5, '""" has no meaning here', CHARACTER],
    ['a = 5x', 5, '"5" has no meaning here', CHARACTER],
    ['a = 0x10', 5, '"0" has no meaning here', CHARACTER],
    ['a = 1.', 5, '"1" has no meaning here', CHARACTER],
    ['a & b', 3, '"&" has no meaning here', CHARACTER],
    ['a = 1; b = 2', 6, '";" has no meaning here', CHARACTER],
    ['größe = 1', 3, '"ö" has no meaning here', CHARACTER],
    ['😀 = 1', 1, '"😀" has no meaning here', CHARACTER],
    ['a = 1e999', 5, 'a number is too large or too long', 'Write it with fewer digits'],
    [`a = ${'1'.repeat(65)}`, 5, 'a number is too large or too long', 'Write it with fewer digits'],
  ])('%s', (selector, position, problem, remedy) => {
    expect(errorOf(selector)).toMatchObject({
      name: 'SelectorError',
      code: 'STOMP_ERR_SELECTOR_SYNTAX',
      position,
      message: `Selector, character ${position}: ${problem}. ${remedy}.`,
    });
  });

  it.each([
    'T(java.lang.Runtime).getRuntime().exec("id")',
    "constructor.constructor('x')()",
    "headers.constructor.constructor('x')()",
    "headers['constructor']['constructor']('x')()",
    "new java.lang.ProcessBuilder('id').start()",
    '__proto__',
    "#{7*7} = '49'",
    '@bean.run()',
    '${7*7}',
    'headers.a = `x`',
    '(() => 1)()',
    'a ? b : c',
    'a matches "(a+)+"',
    'a = 1 // comment',
    'a + 1 = 2',
    'a =\0 1',
  ])('%s', (code) => {
    expect(errorOf(code).code).toBe('STOMP_ERR_SELECTOR_SYNTAX');
  });

  it('quotes at most 20 characters of it, and none that could break a line', () => {
    expect(errorOf(`a = 1 ${'b'.repeat(50)}`).message).toBe(
      `Selector, character 7: "${'b'.repeat(20)}" has no meaning here. ${JOIN}.`,
    );
    expect(errorOf("a 'x\ny'").message).toContain(`"'x?y'"`);
    expect(errorOf('a =\u2028').message).toContain('"?"');
    expect(errorOf('\ud83d').message).toContain('"?"');
  });
});

describe('A selector is refused beyond', () => {
  const limit = (what: string) => ({
    code: 'STOMP_ERR_SELECTOR_LIMIT',
    message: expect.stringContaining(`more than ${what}. Use a `) as unknown,
  });

  it('1024 characters', () => {
    const ofLength = (length: number): string => `a = '${'x'.repeat(length - 6)}'`;
    expect(new Selector(ofLength(1024))).toBeInstanceOf(Selector);
    expect(errorOf(ofLength(1025))).toMatchObject(limit('1024 characters'));
  });

  it.each([
    ['comparisons joined', (count: number) => Array.from({ length: count }, () => 'a=1').join(' or ')],
    ['values in a list', (count: number) => `a IN (${Array.from({ length: count }, () => '1').join()})`],
    [
      'questions for NULL',
      (count: number) => `!a IS NULL&&${Array.from({ length: count - 1 }, () => 'a IS NULL').join('&&')}`,
    ],
    ['patterns', (count: number) => Array.from({ length: count }, () => "a LIKE '%'").join('||')],
    [
      'halves of BETWEEN',
      (count: number) =>
        `${'a BETWEEN 1 AND 2||'.repeat(count >> 1)}${count % 2 ? 'a=1' : 'a BETWEEN 1 AND b'}`.replace(
          /\|\|a BETWEEN 1 AND b$/,
          '',
        ),
    ],
  ])('64 comparisons, counting %s', (_, selectorOf) => {
    expect(new Selector(selectorOf(64))).toBeInstanceOf(Selector);
    expect(errorOf(selectorOf(65))).toMatchObject(limit('64 comparisons'));
  });

  it.each([
    ['parentheses', (depth: number) => `${'('.repeat(depth)}a=1${')'.repeat(depth)}`],
    ['NOTs', (depth: number) => `${'!'.repeat(depth)}a=1`],
    [
      'both',
      (depth: number) => `${'!('.repeat(depth >> 1)}${depth % 2 ? '!' : ''}a=1${')'.repeat(depth >> 1)}`,
    ],
  ])('32 levels of %s', (_, selectorOf) => {
    expect(new Selector(selectorOf(32))).toBeInstanceOf(Selector);
    expect(errorOf(selectorOf(33))).toMatchObject(limit('32 parentheses and NOTs in each other'));
  });
});
