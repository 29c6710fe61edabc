import { describe, expect, it } from '@jest/globals';
import { SubscriptionSelectors } from '../../../src/broker/subscription-selectors.js';
import type { Message } from '../../../src/messaging/message.js';
import { Selector } from '../../../src/messaging/selector/selector.js';

function message(headers: Readonly<Record<string, string>>): Message {
  const nativeHeaders = new Map(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return { payload: undefined, headers: { simpMessageType: 'MESSAGE', nativeHeaders } };
}

const RECEIVERS = ['s1 0', 's1 1', 's2 0'].map((text) => {
  const [sessionId, subscriptionId] = text.split(' ');
  return { sessionId, subscriptionId };
});
const A = message({ type: 'a' });
const WANTS_A = new Selector("type = 'a'");
const WANTS_B = new Selector("type = 'b'");

/** Whom the message reaches, as `<session> <subscription>`. */
function reached(selectors: SubscriptionSelectors, sent = A): string[] {
  return [...selectors.filter(RECEIVERS, sent)].map(
    ({ sessionId, subscriptionId }) => `${sessionId} ${subscriptionId}`,
  );
}

describe('SubscriptionSelectors', () => {
  it('leave the receivers as they are while nobody has a selector', () => {
    const selectors = new SubscriptionSelectors('selector');
    expect(selectors.filter(RECEIVERS, A)).toBe(RECEIVERS);
    selectors.add('s1', '0', undefined);
    expect(selectors.filter(RECEIVERS, A)).toBe(RECEIVERS);
    selectors.add('s1', '0', WANTS_B);
    selectors.remove('s1', '0');
    expect(selectors.filter(RECEIVERS, A)).toBe(RECEIVERS);
  });

  it('leave out who does not want the message, and nobody else', () => {
    const selectors = new SubscriptionSelectors('selector');
    selectors.add('s1', '0', WANTS_B);
    selectors.add('s2', '0', WANTS_A);
    expect(reached(selectors)).toEqual(['s1 1', 's2 0']);
    expect(reached(selectors, message({ type: 'b' }))).toEqual(['s1 0', 's1 1']);
  });

  it('keep one for each subscription, the last', () => {
    const selectors = new SubscriptionSelectors('selector');
    selectors.add('s1', '0', WANTS_B);
    selectors.add('s1', '1', WANTS_B);
    selectors.add('s1', '0', WANTS_A);
    expect(reached(selectors)).toEqual(['s1 0', 's2 0']);
    selectors.add('s1', '1', undefined);
    expect(reached(selectors)).toEqual(['s1 0', 's1 1', 's2 0']);
  });

  it('forget one, or all of a session', () => {
    const selectors = new SubscriptionSelectors('selector');
    for (const { sessionId, subscriptionId } of RECEIVERS) selectors.add(sessionId, subscriptionId, WANTS_B);
    expect(reached(selectors)).toEqual([]);
    selectors.remove('s1', '1');
    selectors.remove('s1', 'unknown');
    selectors.remove('unknown', '0');
    expect(reached(selectors)).toEqual(['s1 1']);
    selectors.removeSession('s2');
    selectors.removeSession('unknown');
    expect(reached(selectors)).toEqual(['s1 1', 's2 0']);
    selectors.removeSession('s1');
    expect(selectors.filter(RECEIVERS, A)).toBe(RECEIVERS);
  });

  it('read the header that was named, and none without a name', () => {
    const subscribe = message({ selector: "type = 'a'", filter: "type = 'b'" });
    expect(new SubscriptionSelectors('selector').read(subscribe)?.matches(A)).toBe(true);
    expect(new SubscriptionSelectors('filter').read(subscribe)?.matches(A)).toBe(false);
    expect(new SubscriptionSelectors('other').read(subscribe)).toBeUndefined();
    expect(new SubscriptionSelectors(undefined).read(message({ undefined: '!' }))).toBeUndefined();
  });

  it.each(['', ' \t\r\n'])('take %j for no selector, as JMS does', (selector) => {
    expect(new SubscriptionSelectors('selector').read(message({ selector }))).toBeUndefined();
  });

  it('refuse what cannot be read', () => {
    expect(() => new SubscriptionSelectors('selector').read(message({ selector: 'x' }))).toThrow(
      'Selector, character 2: it ends too early.',
    );
  });

  it('of one session have at most 32768 characters together, so that a message costs no more than so many', () => {
    const selectors = new SubscriptionSelectors('selector');
    const longest = `x = '${'a'.repeat(1018)}'`;
    const subscribe = (simpSessionId: string, simpSubscriptionId: string, selector: string): void => {
      const { headers, payload } = message({ selector });
      const sent = { payload, headers: { ...headers, simpSessionId, simpSubscriptionId } };
      selectors.add(simpSessionId, simpSubscriptionId, selectors.read(sent));
    };
    for (let id = 0; id < 32; id++) subscribe('s1', String(id), longest);
    expect(() => subscribe('s1', '32', 'x = 1')).toThrow(
      'Selector, character 5: the selectors of the session have more than 32768 characters together.',
    );
    subscribe('s2', '32', 'x = 1');
    subscribe('s1', '31', longest);
    selectors.remove('s1', '0');
    subscribe('s1', '32', 'x = 1');
  });
});
