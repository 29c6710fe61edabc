import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Message } from '../../src/messaging/message.js';
import { SelectorError } from '../../src/messaging/selector/selector-error.js';
import { Selector } from '../../src/messaging/selector/selector.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

/*
 * The oracle is written from docs/selectors.md and in another way than the source: it keeps the whole tree, takes
 * truth for a number (0 false, ½ unknown, 1 true) and leaves LIKE to a JavaScript RegExp.
 */

const RUNS = fuzzRuns(20_261_125, 2_000);
const SOME = { weight: 6 };

type Headers = Readonly<Record<string, string>>;
type Value = string | number | boolean | null;
interface Operand {
  readonly text: string;
  readonly value: (headers: Headers) => Value;
}
interface Condition {
  readonly text: string;
  /** 0, ½ or 1. */
  readonly truth: (headers: Headers) => number;
}

const NAMES = ['a', 'b', 'c-d', 'not'];
const TEXTS = ['', 'x', 'xy', "x'y", '5', '5.0', '-7', 'true', 'false', '%', 'x_y'];

const anyCase = (word: string) =>
  fc.constantFrom(word, word.toLowerCase(), word[0] + word.slice(1).toLowerCase());
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const header: fc.Arbitrary<Operand> = fc.constantFrom(...NAMES).chain((name) =>
  fc
    .constantFrom(`headers.${name}`, `headers[${quoted(name)}]`, ...(name === 'not' ? [] : [name]))
    .map((text) => ({
      text,
      value: (headers) => headers[name] ?? null,
    })),
);
const literal: fc.Arbitrary<Operand> = fc.oneof(
  fc.constantFrom(...TEXTS).map((value) => ({ text: quoted(value), value: () => value })),
  fc.constantFrom('5', '5.0', '+5', '50e-1', '-7', '0').map((text) => ({ text, value: () => Number(text) })),
  fc
    .constantFrom<[string, Value]>(['TRUE', true], ['FALSE', false], ['NULL', null])
    .chain(([word, value]) => anyCase(word).map((text) => ({ text, value: () => value }))),
);
const operand = fc.oneof({ ...SOME, arbitrary: header }, { weight: 2, arbitrary: literal });

/** A text becomes what it meets. */
function meet(value: Value, other: Value): Value {
  if (typeof value !== 'string' || typeof other === 'string') return value;
  if (typeof other === 'number') return value === '' || Number.isNaN(Number(value)) ? null : Number(value);
  return (
    new Map<Value, Value>([
      ['true', true],
      ['false', false],
    ]).get(value) ?? null
  );
}

function truthOf(left: Value, right: Value, holds: (one: never, other: never) => boolean): number {
  const [one, other] = [meet(left, right), meet(right, left)];
  if (one === null || other === null || typeof one !== typeof other) return 0.5;
  return Number(holds(one as never, other as never));
}

const COMPARISONS: readonly [readonly string[], (one: never, other: never) => boolean][] = [
  [['=', '=='], (one, other) => one === other],
  [['<>', '!='], (one, other) => one !== other],
  [['<'], (one, other) => one < other],
  [['<='], (one, other) => one <= other],
  [['>'], (one, other) => one > other],
  [['>='], (one, other) => one >= other],
];
const [EQUAL, , , NOT_ABOVE, , NOT_BELOW] = COMPARISONS.map(([, holds]) => holds);

const predicate: fc.Arbitrary<Condition> = fc.oneof(
  fc.tuple(operand, fc.constantFrom(...COMPARISONS), operand).chain(([left, [signs, holds], right]) =>
    fc.constantFrom(...signs).map((sign) => ({
      text: `${left.text} ${sign} ${right.text}`,
      truth: (headers: Headers) => truthOf(left.value(headers), right.value(headers), holds),
    })),
  ),
  fc.tuple(operand, anyCase('IS'), fc.boolean()).map(([{ text, value }, is, negated]) => ({
    text: `${text} ${is} ${negated ? 'NOT ' : ''}NULL`,
    truth: (headers: Headers) => Number((value(headers) === null) !== negated),
  })),
  fc
    .tuple(operand, fc.boolean(), fc.array(operand, { minLength: 1, maxLength: 3 }))
    .map(([{ text, value }, negated, items]) => ({
      text: `${text} ${negated ? 'NOT IN' : 'in'} (${items.map((item) => item.text).join(', ')})`,
      truth: (headers: Headers) => {
        const best = Math.max(...items.map((item) => truthOf(value(headers), item.value(headers), EQUAL)));
        return negated ? 1 - best : best;
      },
    })),
  fc.tuple(operand, fc.boolean(), operand, operand).map(([{ text, value }, negated, low, high]) => ({
    text: `${text} ${negated ? 'not ' : ''}BETWEEN ${low.text} AND ${high.text}`,
    truth: (headers: Headers) => {
      const between = Math.min(
        truthOf(value(headers), low.value(headers), NOT_BELOW),
        truthOf(value(headers), high.value(headers), NOT_ABOVE),
      );
      return negated ? 1 - between : between;
    },
  })),
  fc
    .tuple(
      operand,
      fc.boolean(),
      fc.string({ unit: fc.constantFrom('%', '_', 'x', 'y', "'", '.'), maxLength: 5 }),
    )
    .map(([{ text, value }, negated, pattern]) => ({
      text: `${text} ${negated ? 'NOT ' : ''}LIKE ${quoted(pattern)}`,
      truth: (headers: Headers) => {
        const tested = value(headers);
        if (typeof tested !== 'string') return 0.5;
        const source = pattern.replaceAll('.', '\\.').replaceAll('_', '.').replaceAll('%', '.*');
        return Number(new RegExp(`^${source}$`, 'su').test(tested) !== negated);
      },
    })),
);

const condition = fc.letrec<{ tree: Condition; group: Condition }>((tie) => ({
  // What may stand next to an AND, an OR or behind a NOT without being read otherwise.
  group: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    predicate,
    tie('tree').map(({ text, truth }) => ({ text: `(${text})`, truth })),
  ),
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    predicate,
    fc.tuple(fc.constantFrom('NOT ', 'not ', '!'), tie('group')).map(([not, { text, truth }]) => ({
      text: `${not}${text}`,
      truth: (headers: Headers) => 1 - truth(headers),
    })),
    ...(
      [
        ['AND', '&&', Math.min],
        ['OR', '||', Math.max],
      ] as const
    ).map(([word, sign, choose]) =>
      fc
        .tuple(anyCase(word), fc.boolean(), fc.array(tie('group'), { minLength: 2, maxLength: 3 }))
        .map(([written, asSign, parts]) => ({
          text: parts.map(({ text }) => text).join(asSign ? sign : ` ${written} `),
          truth: (headers: Headers) => choose(...parts.map(({ truth }) => truth(headers))),
        })),
    ),
  ),
})).tree;

const headersArbitrary = fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom(...TEXTS), {
  noNullPrototype: true,
});

function messageOf(headers: Headers): Message {
  const nativeHeaders = new Map(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return { payload: undefined, headers: { simpMessageType: 'MESSAGE', nativeHeaders } };
}

describe('A selector', () => {
  it('agrees with an oracle that calculates with truths', () => {
    const met = new Map<number, number>();
    fc.assert(
      fc.property(condition, headersArbitrary, ({ text, truth }, headers) => {
        const expected = truth(headers);
        const message = messageOf(headers);
        let selector: Selector;
        try {
          selector = new Selector(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'STOMP_ERR_SELECTOR_LIMIT' });
          return;
        }
        expect(selector.matches(message)).toBe(expected === 1);
        if (text.length < 1000) expect(new Selector(`NOT (${text})`).matches(message)).toBe(expected === 0);
        met.set(expected, (met.get(expected) ?? 0) + 1);
      }),
      RUNS,
    );
    // Guards the test itself: it has to meet all three outcomes often.
    for (const outcome of [0, 0.5, 1]) expect(met.get(outcome)).toBeGreaterThan(RUNS.numRuns / 10);
  });

  it.each([
    ['any text', fc.string({ unit: 'binary', maxLength: 1100 })],
    [
      'words of selectors in any order',
      fc
        .array(
          fc.constantFrom(
            ...['a', 'headers', '.', '[', ']', "'x'", "'", '1', '-', '(', ')', ',', '=', '<', '>', '!', '&&'],
            ...[
              'AND',
              'OR',
              'NOT',
              'IN',
              'LIKE',
              'BETWEEN',
              'IS',
              'NULL',
              'TRUE',
              ' ',
              '$',
              '"',
              '`',
              '__proto__',
            ],
          ),
          { maxLength: 300 },
        )
        .chain((words) => fc.constantFrom('', ' ').map((space) => words.join(space))),
    ],
    [
      'selectors with something taken out',
      fc
        .tuple(condition, fc.nat({ max: 100 }), fc.nat({ max: 5 }))
        .map(([{ text }, at, count]) => text.slice(0, at) + text.slice(at + count)),
    ],
  ])('throws nothing but its own error, whatever the text: %s', (_, texts) => {
    fc.assert(
      fc.property(texts, headersArbitrary, (text, headers) => {
        let selector: Selector;
        try {
          selector = new Selector(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SelectorError);
          expect((error as SelectorError).position).toBeLessThanOrEqual(Math.min(text.length, 1024) + 1);
          return;
        }
        expect(typeof selector.matches(messageOf(headers))).toBe('boolean');
      }),
      RUNS,
    );
  });
});
