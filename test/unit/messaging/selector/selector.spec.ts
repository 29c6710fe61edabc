import { describe, expect, it } from '@jest/globals';
import type { Message, MessageHeaders } from '../../../../src/messaging/message.js';
import { Selector } from '../../../../src/messaging/selector/selector.js';

function message(native: Readonly<Record<string, string>>, headers: Partial<MessageHeaders> = {}): Message {
  const nativeHeaders = new Map(Object.entries(native).map(([name, value]) => [name, [value]]));
  return { payload: undefined, headers: { simpMessageType: 'MESSAGE', nativeHeaders, ...headers } };
}

const ORDER = message({
  type: 'order',
  amount: '150',
  urgent: 'true',
  late: 'false',
  'foo-bar': "it's",
  empty: '',
});

function matches(selector: string, of: Message = ORDER): boolean {
  return new Selector(selector).matches(of);
}

/** Neither a selector nor its opposite holds. */
function isUnknown(selector: string, of: Message = ORDER): boolean {
  return !matches(selector, of) && !matches(`NOT (${selector})`, of);
}

describe('A selector', () => {
  it.each([
    "headers.type == 'order'",
    "headers['type'] == 'order'",
    "headers [ 'type' ] = 'order'",
    "headers . type='order'",
    "type = 'order'",
    "'order' = type",
    "\ttype\r\n=\n'order' ",
    "headers['foo-bar'] = 'it''s'",
    "foo-bar = 'it''s'",
    "headers.foo-bar = 'it''s'",
    "empty = ''",
    'type = type',
  ])('names a header and a text: %j', (selector) => {
    expect(matches(selector)).toBe(true);
  });

  it.each([
    ["type == 'order'", "type == 'Order'"],
    ["type != 'bill'", "type != 'order'"],
    ["type <> 'bill'", "type <> 'order'"],
    ["type < 'ordes'", "type < 'order'"],
    ["type <= 'order'", "type <= 'ordeq'"],
    ["type > 'ordeq'", "type > 'order'"],
    ["type >= 'order'", "type >= 'ordes'"],
    ['amount = 150', 'amount = 150.5'],
    ['amount = +1.5e2', 'amount = 1.5E-2'],
    ['amount <> -150', 'amount <> 150.0'],
    ['amount < 1000', 'amount < 20'],
    ['amount <= 150', 'amount <= 149'],
    ['amount > 20', 'amount > 1000'],
    ['amount >= 150', 'amount >= 151'],
    ['20 < amount', '1000 < amount'],
    ['urgent = true', 'urgent = FALSE'],
    ['urgent <> False', 'urgent != true'],
    ['late = false', 'late = true'],
    ['urgent > false', 'urgent > true'],
    ["type IN ('bill', 'order')", "type IN ('bill')"],
    ["type not in ('bill')", "type Not In ('order')"],
    ['amount IN (1, 150)', 'amount IN (1, 2)'],
    ['amount BETWEEN 150 AND 150', 'amount BETWEEN 151 AND 200'],
    ['amount NOT BETWEEN 1 AND 2', 'amount NOT BETWEEN 100 AND 200'],
    ["type LIKE 'o%r'", "type LIKE 'o%x'"],
    ["type NOT LIKE '_'", "type NOT LIKE '_____'"],
    ['nothing IS NULL', 'type IS NULL'],
    ['type IS NOT NULL', 'nothing is not null'],
    ['empty IS NOT NULL', 'empty IS NULL'],
    ["! type = 'bill'", "!type = 'order'"],
    ["NOT NOT type = 'order'", "NOT (type = 'order')"],
    ["type = 'order' AND amount = 150", "type = 'order' && amount = 1"],
    ["type = 'bill' or amount = 150", "type = 'bill' || amount = 1"],
    // AND binds closer than OR, NOT closer than AND.
    ["type = 'order' OR amount = 1 AND amount = 2", "(type = 'order' OR amount = 1) AND amount = 2"],
    ["NOT type = 'bill' AND amount = 150", "NOT (type = 'order' AND amount = 150)"],
    ["type = 'a' OR type = 'b' OR type = 'order'", "type = 'order' AND amount = 150 AND urgent = false"],
  ])('%s holds, and %s does not', (holds, not) => {
    expect(matches(holds)).toBe(true);
    expect(matches(not)).toBe(false);
    expect(isUnknown(not)).toBe(false);
  });

  it.each([
    "nothing = 'x'",
    "nothing <> 'x'",
    'nothing = nothing',
    'nothing = NULL',
    'type <> null',
    "nothing IN ('x')",
    "type IN ('x', NULL)",
    'nothing BETWEEN 1 AND 2',
    "nothing LIKE '%'",
    "NOT nothing = 'x'",
    "nothing = 'x' OR type = 'bill'",
    "type = 'order' AND nothing = 'x'",
    // Not numbers, and not truths.
    'type = 1',
    'type <> 1',
    'empty = 0',
    'amount = true',
    'type = false',
    '1 = true',
    "1 LIKE '%'",
  ])('%s is unknown, and so is its opposite', (selector) => {
    expect(isUnknown(selector)).toBe(true);
  });

  it.each(["nothing = 'x' OR type = 'order'", "NOT (nothing = 'x' AND type = 'bill')"])(
    '%s holds although a part of it is unknown',
    (selector) => {
      expect(matches(selector)).toBe(true);
    },
  );

  it.each(['1e5', '-0.5', '+7', '007', `0.${'1'.repeat(62)}`])('sees a number in the header %j', (text) => {
    expect(matches(`n = ${text} AND n > -1`, message({ n: text }))).toBe(true);
  });

  it.each([
    '',
    ' ',
    ' 1',
    '1 ',
    '0x10',
    '1_000',
    '1,5',
    '.5',
    '5.',
    'NaN',
    'Infinity',
    '1e999',
    '١',
    '9'.repeat(65),
  ])('sees no number in the header %j', (text) => {
    expect(isUnknown('n < 100', message({ n: text }))).toBe(true);
  });

  it('compares two texts as texts, numbers or not, as Spring does', () => {
    const numbers = message({ a: '9', b: '10', c: '9.0' });
    expect(matches('a > b', numbers)).toBe(true);
    expect(matches("a > '10'", numbers)).toBe(true);
    expect(matches('a = c', numbers)).toBe(false);
    expect(matches('a < 10', numbers)).toBe(true);
  });

  it('takes the first of the values of a header [A10]', () => {
    const twice = message({}, { nativeHeaders: new Map([['a', ['1', '2']]]) });
    expect(matches('a = 1', twice)).toBe(true);
    expect(matches('a = 2', twice)).toBe(false);
    expect(matches('a IS NULL', message({}, { nativeHeaders: new Map([['a', []]]) }))).toBe(true);
  });

  it('sees a user destination as its subscriber writes it', () => {
    const sent = message({}, { simpDestination: '/queue/a', simpOrigDestination: '/user/queue/a' });
    expect(matches("destination = '/user/queue/a'", sent)).toBe(true);
    expect(matches("destination = '/queue/a'", sent)).toBe(false);
  });

  it('sees destination and content type of the message, as the subscriber will', () => {
    const sent = message(
      { destination: '/forged', 'content-type': 'forged' },
      { simpDestination: '/topic/a', contentType: 'text/plain' },
    );
    expect(matches("headers.destination = '/topic/a' AND destination LIKE '/topic/%'", sent)).toBe(true);
    expect(matches("headers['content-type'] = 'text/plain' AND content-type LIKE 'text/%'", sent)).toBe(true);
    expect(matches('destination IS NULL AND content-type IS NULL', message({ destination: 'forged' }))).toBe(
      true,
    );
  });

  it.each([
    'simpSessionId',
    'simpUser',
    'simpMessageType',
    'nativeHeaders',
    'stompCredentials',
    'contentType',
  ])('does not see the internal header %s', (name) => {
    const inner = message({}, { simpSessionId: 's', contentType: 'text/plain', stompCredentials: 'x' });
    expect(matches(`headers.${name} IS NULL AND headers['${name}'] IS NULL`, inner)).toBe(true);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'])(
    'takes %s for the name of a header like any other',
    (name) => {
      expect(matches(`${name} IS NULL AND headers.${name} IS NULL AND headers['${name}'] IS NULL`)).toBe(
        true,
      );
      const named = message({}, { nativeHeaders: new Map([[name, ['x']]]) });
      expect(matches(`${name} = 'x'`, named)).toBe(true);
    },
  );

  it.each(['not', 'IN', 'null', 'true', 'headers'])('may name the header %s behind headers', (name) => {
    expect(matches(`headers.${name} = 'x' AND headers['${name}'] = 'x'`, message({ [name]: 'x' }))).toBe(
      true,
    );
  });

  it('takes names in their own case, and in any script if quoted', () => {
    expect(matches('Type IS NULL')).toBe(true);
    expect(matches("headers['größe 😀'] = '😀'", message({ 'größe 😀': '😀' }))).toBe(true);
  });
});

describe('LIKE', () => {
  it.each([
    ['', '', true],
    ['', 'a', false],
    ['%', '', true],
    ['%%', 'abc', true],
    ['_', '', false],
    ['_', 'a', true],
    ['_', 'ab', false],
    ['_', '😀', true],
    ['__', '😀', false],
    ['a%', 'a', true],
    ['a%', 'ba', false],
    ['%a', 'cba', true],
    ['%a', 'ab', false],
    ['a%_', 'a', false],
    ['a%_', 'ab', true],
    ['a%_', 'abc', true],
    ['%ab%ab%', 'xababx', true],
    ['%ab%ab%', 'xabax', false],
    ['%a_c%', 'aabcc', true],
    ['%aab', 'aaab', true],
    ['a.c', 'abc', false],
    ['[a-z]+', 'abc', false],
    ["it's", "it's", true],
    ['a%b', 'a\n%\nb', true],
  ])('%j and the header %j: %s', (pattern, text, expected) => {
    expect(matches(`h LIKE '${pattern.replaceAll("'", "''")}'`, message({ h: text }))).toBe(expected);
  });

  it('looks at 1024 characters and no more', () => {
    expect(matches("h LIKE 'a%'", message({ h: 'a'.repeat(1024) }))).toBe(true);
    expect(isUnknown("h LIKE 'a%'", message({ h: 'a'.repeat(1025) }))).toBe(true);
  });

  it('never takes more steps than pattern times text, where a backtracking search would not end', () => {
    const hostile = `${'%a'.repeat(400)}%b`;
    expect(matches(`h LIKE '${hostile}'`, message({ h: 'a'.repeat(1024) }))).toBe(false);
  });
});
