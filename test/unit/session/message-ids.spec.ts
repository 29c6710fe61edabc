import { describe, expect, it } from '@jest/globals';
import { MessageIds } from '../../../src/session/message-ids.js';

describe('MessageIds', () => {
  it('gives no id twice, and writes them so that every client can read them [A112] [A113]', () => {
    const ids = new MessageIds();
    const given = [ids.next(), ids.next()];
    expect(new Set(given).size).toBe(2);
    for (const id of given) expect(id).toMatch(/^[0-9a-f]{12}-\d+$/);
  });

  it('knows a message-id again, and the ack header made of it [A152]', () => {
    const ids = new MessageIds();
    const id = ids.next();
    expect(ids.isUnawaited(id, false)).toBe(true);
    expect(ids.isUnawaited(ids.unawaitedAckId(id), true)).toBe(true);
  });

  it('does not take one for the other [A141]', () => {
    const ids = new MessageIds();
    const id = ids.next();
    expect(ids.isUnawaited(id, true)).toBe(false);
    expect(ids.isUnawaited(ids.unawaitedAckId(id), false)).toBe(false);
  });

  it('does not know what it has not given', () => {
    const ids = new MessageIds();
    const [prefix] = ids.next().split('-');
    for (const id of [`${prefix}-1`, `${prefix}-00`, `${prefix}--0`, `${prefix}-`, 'x-0', '', '__proto__']) {
      expect(ids.isUnawaited(id, false)).toBe(false);
    }
    expect(new MessageIds().isUnawaited(`${prefix}-0`, false)).toBe(false);
  });
});
