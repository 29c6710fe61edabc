import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { refusalOf } from '../../../src/websocket/handshake.js';
import { selectSubProtocol } from '../../../src/websocket/sub-protocol.js';
import { requestWith } from './requests.js';

const UPGRADE: IncomingHttpHeaders = {
  host: 'localhost:3000',
  upgrade: 'websocket',
  connection: 'Upgrade',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-version': '13',
};

function refusal(changes: IncomingHttpHeaders, method = 'GET') {
  return refusalOf(requestWith({ ...UPGRADE, ...changes }, { method }), {});
}

describe('a handshake', () => {
  it.each<[string, IncomingHttpHeaders]>([
    ['as the standard has it', {}],
    ['with another case', { upgrade: 'WebSocket', connection: 'upgrade' }],
    ['with more on the connection', { connection: 'keep-alive, Upgrade' }],
    ['from a page of the server', { origin: 'http://localhost:3000' }],
  ])('%s is accepted', (_, changes) => {
    expect(refusal(changes)).toBeUndefined();
  });

  it('from a foreign page is forbidden [EP-12]', () => {
    expect(refusal({ origin: 'https://evil.org' })).toEqual({
      status: 403,
      reason: 'Origin not allowed',
      headers: {},
    });
  });

  it('from a foreign page is forbidden before anything else is looked at [EP-11]', () => {
    const request = requestWith({ host: 'localhost', origin: 'https://evil.org' }, { method: 'POST' });
    expect(refusalOf(request, {})?.status).toBe(403);
  });

  it('from a page on the list is accepted [EP-15]', () => {
    const request = requestWith({ ...UPGRADE, origin: 'https://a.org' });
    expect(refusalOf(request, { allowedOrigins: ['https://a.org'] })).toBeUndefined();
  });

  it.each(['POST', 'HEAD', 'OPTIONS', 'get'])('with %s is not allowed [EP-6]', (method) => {
    expect(refusal({}, method)).toEqual({
      status: 405,
      reason: 'A WebSocket is opened with GET',
      headers: { Allow: 'GET' },
    });
  });

  it.each([undefined, '', 'h2c'])('that upgrades to %j is told what is spoken here [EP-7]', (upgrade) => {
    expect(refusal({ upgrade })).toEqual({
      status: 426,
      reason: 'This is a WebSocket endpoint',
      headers: { Upgrade: 'websocket' },
    });
  });

  it.each([undefined, 'close', 'upgraded'])('with the connection %j is malformed [EP-8]', (connection) => {
    expect(refusal({ connection })).toEqual({
      status: 400,
      reason: '"Connection" must be "Upgrade"',
      headers: {},
    });
  });

  it.each([
    undefined,
    '',
    'short==',
    'dGhlIHNhbXBsZSBub25jZQ',
    'dGhlIHNhbXBsZSBub25jZQ==x',
    'dGhlIHNhbXBsZSBub25jZ!==',
  ])('with the key %j is malformed [EP-9]', (key) => {
    expect(refusal({ 'sec-websocket-key': key })).toEqual({
      status: 400,
      reason: 'Sec-WebSocket-Key is missing or wrong',
      headers: {},
    });
  });

  it.each([undefined, '', '8', '12', '013', '14'])(
    'of version %j is told which one is spoken [EP-10]',
    (version) => {
      expect(refusal({ 'sec-websocket-version': version })).toEqual({
        status: 426,
        reason: 'Only WebSocket version 13 is spoken here',
        headers: { Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' },
      });
    },
  );

  it.each(['v12.stomp', 'a,b , \tc', "v10.stomp, !#$%&'*+-.^_`|~"])(
    'may offer the sub-protocols %j',
    (list) => {
      expect(refusal({ 'sec-websocket-protocol': list })).toBeUndefined();
    },
  );

  it.each(['', 'a,', 'a b', 'a, a', '"a"', 'ä'])('may not offer the sub-protocols %j', (list) => {
    expect(refusal({ 'sec-websocket-protocol': list })).toEqual({
      status: 400,
      reason: 'Sec-WebSocket-Protocol is no list of different names',
      headers: {},
    });
  });

  it('is checked in the order method, upgrade, connection, key, version [EP-11]', () => {
    const wrong: IncomingHttpHeaders = { host: 'localhost' };
    const refusals = [refusalOf(requestWith(wrong, { method: 'PUT' }), {})];
    refusals.push(refusalOf(requestWith(wrong), {}));
    wrong.upgrade = 'websocket';
    refusals.push(refusalOf(requestWith(wrong), {}));
    wrong.connection = 'Upgrade';
    refusals.push(refusalOf(requestWith(wrong), {}));
    wrong['sec-websocket-key'] = 'dGhlIHNhbXBsZSBub25jZQ==';
    refusals.push(refusalOf(requestWith(wrong), {}));
    expect(refusals.map((refused) => refused?.status)).toEqual([405, 426, 400, 400, 426]);
  });
});

describe('the sub-protocol', () => {
  it.each([
    [['v12.stomp', 'v11.stomp', 'v10.stomp'], 'v12.stomp'],
    [['v10.stomp', 'v12.stomp'], 'v10.stomp'],
    [['foo', 'v11.stomp', 'v12.stomp'], 'v11.stomp'],
    [['V11.Stomp'], 'V11.Stomp'],
  ])('of %j is %s: the client’s first, in its spelling [EP-1] [EP-2]', (offered, chosen) => {
    expect(selectSubProtocol(new Set(offered))).toBe(chosen);
  });

  it.each([[[]], [['mqtt']], [['v13.stomp', 'stomp', '']]])('of %j is none [EP-3]', (offered: string[]) => {
    expect(selectSubProtocol(new Set(offered))).toBe(false);
  });
});
