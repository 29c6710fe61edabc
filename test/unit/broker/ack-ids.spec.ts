import { describe, expect, it } from '@jest/globals';
import { AckIds } from '../../../src/broker/ack-ids.js';

function given(): { ids: AckIds; id: string; secret: string } {
  const ids = new AckIds();
  const id = ids.format({ subscription: ids.nextSubscription(), delivery: ids.nextDelivery() });
  return { ids, id, secret: id.slice(0, 16) };
}

describe('AckIds', () => {
  it('knows what it gave', () => {
    const { ids, id } = given();
    expect(ids.parse(id)).toEqual({ subscription: 0, delivery: 0 });
  });

  it('writes ids that every client can read [A113]', () => {
    expect(given().id).toMatch(/^[0-9a-f]{16}-0-0$/);
  });

  it('does not know what another session was given [A153] [D64]', () => {
    const { ids } = given();
    expect(ids.parse(given().id)).toBeUndefined();
  });

  it.each([
    ['a delivery that is still to come', '-0-1'],
    ['a subscription that is still to come', '-1-0'],
    ['a second spelling', '-0-00'],
    ['a negative number', '-0--1'],
    ['a fraction', '-0-0.0'],
    ['hexadecimal', '-0-0x0'],
    ['ten thousand digits', `-0-${'1'.repeat(10_000)}`],
    ['something behind', '-0-0 '],
    ['no numbers', ''],
  ])('does not know %s [D63]', (_what, rest) => {
    const { ids, secret } = given();
    expect(ids.parse(secret + rest)).toBeUndefined();
  });

  it.each(['__proto__', 'constructor', '', '0'])('does not know %j [D63]', (id) => {
    expect(given().ids.parse(id)).toBeUndefined();
  });
});
