import { afterEach, describe, expect, it } from '@jest/globals';
import { bodyOf } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

async function connect(selectorHeaderName?: string): Promise<RawClient> {
  const simpleBroker = { destinationPrefixes: ['/topic', '/queue'], selectorHeaderName };
  const { url } = await startTestApp({ stomp: { simpleBroker } });
  return RawClient.connect(url);
}

const ORDER = 'SEND\ndestination:/topic/a\ntype:order\namount:150\n\norder\0';
const BILL = 'SEND\ndestination:/topic/a\ntype:bill\namount:20\n\nbill\0';

describe('A selector on SUBSCRIBE', () => {
  it.each(["headers.type == 'order'", 'no selector at all', "T(java.lang.Runtime).getRuntime().exec('id')"])(
    '[BRK-10] means nothing by default: %s',
    async (selector) => {
      const client = await connect();
      client.send(`SUBSCRIBE\nid:0\ndestination:/topic/a\nselector:${selector}\n\n\0${ORDER}${BILL}`);
      expect((await client.sync()).map(bodyOf)).toEqual(['order', 'bill']);
    },
  );

  it.each([
    ["headers.type == 'order'", ['order']],
    ["headers['type'] != 'order'", ['bill']],
    ['amount > 100', ['order']],
    ["type IN ('order', 'bill') AND NOT amount BETWEEN 100 AND 200", ['bill']],
    ["headers.destination LIKE '/topic/_'", ['order', 'bill']],
    ['nothing IS NULL', ['order', 'bill']],
    ["nothing <> 'x'", []],
    ['', ['order', 'bill']],
  ])('[BRK-11] filters if simpleBroker.selectorHeaderName names it: %s', async (selector, expected) => {
    const client = await connect('selector');
    client.send(`SUBSCRIBE\nid:0\ndestination:/topic/a\nselector:${selector}\n\n\0${ORDER}${BILL}`);
    expect((await client.sync()).map(bodyOf)).toEqual(expected);
  });

  it('concerns its subscription only, and is in the header that was named', async () => {
    const client = await connect('x-filter');
    client.send(
      "SUBSCRIBE\nid:0\ndestination:/topic/a\nx-filter:type = 'bill'\n\n\0" +
        "SUBSCRIBE\nid:1\ndestination:/topic/a\nselector:type = 'bill'\n\n\0",
    );
    client.send(ORDER);
    const [frame, ...more] = await client.sync();
    expect(frame).toMatch(/^MESSAGE\n(.*\n)*subscription:1\n/);
    expect(more).toEqual([]);
  });

  it('is forgotten by UNSUBSCRIBE', async () => {
    const client = await connect('selector');
    client.send(
      "SUBSCRIBE\nid:0\ndestination:/topic/a\nselector:type = 'bill'\n\n\0UNSUBSCRIBE\nid:0\n\n\0" +
        `SUBSCRIBE\nid:0\ndestination:/topic/a\n\n\0${ORDER}`,
    );
    expect((await client.sync()).map(bodyOf)).toEqual(['order']);
  });

  it('[BRK-12] that cannot be read ends the session; it does not select everything', async () => {
    const client = await connect('selector');
    client.send(`SUBSCRIBE\nid:0\ndestination:/topic/a\nselector:type === 'x'\nreceipt:r\n\n\0${ORDER}`);
    expect(await client.next()).toBe(
      'ERROR\n' +
        'message:Selector, character 8\\c "=" has no meaning here. ' +
        "Write a header, a 'text', a number, TRUE, FALSE or NULL.\n" +
        'receipt-id:r\ncode:STOMP_ERR_SELECTOR_SYNTAX\ncontent-length:0\n\n\0',
    );
    expect(await client.next()).toBe('');
    expect((await client.closed).code).toBe(1002);
  });

  it.each([
    ['1025 characters', `a = '${'x'.repeat(1019)}'`],
    ['65 comparisons', `a IN (${Array.from({ length: 65 }, () => '1').join()})`],
    ['33 levels', `${'('.repeat(33)}a=1${')'.repeat(33)}`],
  ])('of %s ends the session [D74]', async (_, selector) => {
    const client = await connect('selector');
    client.send(`SUBSCRIBE\nid:0\ndestination:/topic/a\nselector:${selector}\n\n\0`);
    expect(await client.next()).toMatch(/^ERROR\n(.*\n)*code:STOMP_ERR_SELECTOR_LIMIT\n/);
    expect((await client.closed).code).toBe(1008);
  });

  it.each([
    'T(java.lang.Runtime)',
    "T(java.lang.Runtime).getRuntime().exec('id') == null",
    "constructor.constructor('x')()",
    "headers.constructor.constructor('return process')() == null",
    "headers['__proto__']['polluted'] = 'x'",
    "new java.lang.ProcessBuilder('id').start()",
    '${7*7}',
    '#{7*7}',
    'process.exit()',
    '__proto__',
  ])('that looks like code is refused: %s [D74]', async (selector) => {
    const client = await connect('selector');
    client.send(`SUBSCRIBE\nid:0\ndestination:/topic/a\nselector:${selector}\n\n\0`);
    expect(await client.next()).toMatch(/^ERROR\n(.*\n)*code:STOMP_ERR_SELECTOR_SYNTAX\n/);
    expect((await client.closed).code).toBe(1002);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'may name the header %s, which is a header like any other',
    async (name) => {
      const client = await connect('selector');
      client.send(
        `SUBSCRIBE\nid:0\ndestination:/topic/a\nselector:${name} IS NULL\n\n\0` +
          `SUBSCRIBE\nid:1\ndestination:/topic/a\nselector:headers['${name}'] = 'x'\n\n\0`,
      );
      client.send(`${ORDER}SEND\ndestination:/topic/a\n${name}:x\n\nnamed\0`);
      expect((await client.sync()).map(bodyOf)).toEqual(['order', 'named']);
    },
  );
});
