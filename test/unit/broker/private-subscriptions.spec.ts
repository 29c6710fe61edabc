import { describe, expect, it } from '@jest/globals';
import { PrivateSubscriptions } from '../../../src/broker/private-subscriptions.js';

describe('PrivateSubscriptions', () => {
  it('are found in the sessions that are meant, and in no other', () => {
    const subscriptions = new PrivateSubscriptions('/');
    subscriptions.add('joe', '0', '/queue/x');
    subscriptions.add('joe', '1', '/queue/*');
    subscriptions.add('eve', '0', '/**');
    expect(subscriptions.size).toBe(3);
    const found = subscriptions.find('/queue/x', ['joe', 'nobody']);
    expect(found.map(({ sessionId, subscriptionId }) => [sessionId, subscriptionId])).toEqual([
      ['joe', '0'],
      ['joe', '1'],
    ]);
    expect(subscriptions.find('/queue/x', ['eve', 'joe'])).toHaveLength(3);
    expect(subscriptions.find('/queue/x', [])).toEqual([]);
  });

  it('leave nothing behind', () => {
    const subscriptions = new PrivateSubscriptions('/');
    subscriptions.add('joe', '0', '/queue/x');
    subscriptions.add('joe', '1', '/queue/y');
    subscriptions.add('eve', '0', '/queue/x');
    subscriptions.remove('joe', '0');
    subscriptions.remove('joe', '7');
    subscriptions.remove('nobody', '0');
    expect(subscriptions.size).toBe(2);
    subscriptions.remove('joe', '1');
    subscriptions.removeSession('eve');
    subscriptions.removeSession('nobody');
    expect(subscriptions.size).toBe(0);
    expect(subscriptions.find('/queue/x', ['joe', 'eve'])).toEqual([]);
  });

  it('hold no session whose only pattern could not be compiled', () => {
    const subscriptions = new PrivateSubscriptions('/');
    expect(() => subscriptions.add('joe', '0', '/queue/{x:[}')).toThrow('{x:[}');
    expect(subscriptions.size).toBe(0);
  });
});
