import { beforeEach, describe, expect, it } from '@jest/globals';
import { DefaultSubscriptionRegistry } from '../../../src/broker/default-subscription-registry.js';

describe('DefaultSubscriptionRegistry', () => {
  let registry: DefaultSubscriptionRegistry;

  function found(destination: string): string[] {
    return [...registry.find(destination)]
      .map(({ sessionId, subscriptionId }) => `${sessionId}/${subscriptionId}`)
      .sort();
  }

  beforeEach(() => {
    registry = new DefaultSubscriptionRegistry();
  });

  it('finds nobody when nobody is subscribed', () => {
    expect(found('/topic/a')).toEqual([]);
    expect(registry.size).toBe(0);
  });

  it('finds everybody subscribed to exactly that destination [BRK-7]', () => {
    registry.add('s1', '0', '/topic/a');
    registry.add('s2', '0', '/topic/a');
    registry.add('s3', '0', '/topic/a/');
    registry.add('s4', '0', '/topic/A');
    expect(found('/topic/a')).toEqual(['s1/0', 's2/0']);
    expect(found('/topic/a/')).toEqual(['s3/0']);
  });

  it('finds each subscription of a session [BRK-3]', () => {
    registry.add('s1', '0', '/topic/a');
    registry.add('s1', '1', '/topic/a');
    registry.add('s1', '2', '/topic/*');
    expect(found('/topic/a')).toEqual(['s1/0', 's1/1', 's1/2']);
    expect(registry.size).toBe(3);
  });

  it.each([
    ['/topic/*', '/topic/a', true],
    ['/topic/*', '/topic/a/b', false],
    ['/topic/**', '/topic/a/b', true],
    ['/topic/{x}', '/topic/a', true],
    ['/topic/{x:[0-9]+}', '/topic/12', true],
    ['/topic/{x:[0-9]+}', '/topic/a', false],
    ['/topic/?', '/topic/a', true],
  ])('lets the subscription %s match %s: %s [BRK-7]', (pattern, destination, matches) => {
    registry.add('s1', '0', pattern);
    expect(found(destination)).toEqual(matches ? ['s1/0'] : []);
  });

  it('takes a destination with wildcards literally: it reaches who subscribed to that or to more [BRK-8]', () => {
    registry.add('same', '0', '/topic/*');
    registry.add('more', '0', '/topic/**');
    registry.add('literal', '0', '/topic/a');
    expect(found('/topic/*')).toEqual(['more/0', 'same/0']);
  });

  it('can have dots between segments', () => {
    registry = new DefaultSubscriptionRegistry('.');
    registry.add('s1', '0', 'topic.*');
    expect(found('topic.a')).toEqual(['s1/0']);
    expect(found('topic.a.b')).toEqual([]);
    expect(found('topic/a')).toEqual([]);
  });

  it('refuses a pattern that cannot be read or costs too much, and keeps what was there', () => {
    registry.add('s1', '0', '/topic/a');
    expect(() => registry.add('s1', '0', '/topic/{x:[}')).toThrow(
      expect.objectContaining({ code: 'STOMP_ERR_PATTERN_SYNTAX' }),
    );
    expect(() => registry.add('s1', '0', `/topic/${'*/'.repeat(17)}`)).toThrow(
      expect.objectContaining({ code: 'STOMP_ERR_PATTERN_LIMIT' }),
    );
    expect(found('/topic/a')).toEqual(['s1/0']);
    expect(registry.size).toBe(1);
  });

  it('replaces a subscription whose id is added again', () => {
    registry.add('s1', '0', '/topic/a');
    registry.add('s1', '0', '/topic/*');
    expect(found('/topic/a')).toEqual(['s1/0']);
    registry.add('s1', '0', '/topic/b');
    expect(found('/topic/a')).toEqual([]);
    expect(found('/topic/b')).toEqual(['s1/0']);
    expect(registry.size).toBe(1);
  });

  it('removes one subscription by its id [BRK-6]', () => {
    registry.add('s1', '0', '/topic/a');
    registry.add('s1', '1', '/topic/*');
    registry.add('s2', '0', '/topic/a');
    registry.remove('s1', '0');
    expect(found('/topic/a')).toEqual(['s1/1', 's2/0']);
    registry.remove('s1', '1');
    expect(found('/topic/a')).toEqual(['s2/0']);
    expect(registry.size).toBe(1);
  });

  it('does not mind removing what is not there [BRK-6] [BRK-32]', () => {
    registry.add('s1', '0', '/topic/a');
    registry.remove('s1', 'never');
    registry.remove('never', '0');
    registry.removeSession('never');
    registry.remove('s1', '0');
    registry.remove('s1', '0');
    registry.removeSession('s1');
    expect(registry.size).toBe(0);
  });

  it('removes all subscriptions of a session [BRK-32]', () => {
    registry.add('s1', '0', '/topic/a');
    registry.add('s1', '1', '/topic/*');
    registry.add('s1', '2', '/topic/b');
    registry.add('s2', '0', '/topic/a');
    registry.removeSession('s1');
    expect(found('/topic/a')).toEqual(['s2/0']);
    expect(found('/topic/b')).toEqual([]);
    expect(registry.size).toBe(1);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'takes %s for a name of sessions, subscriptions and destinations',
    (name) => {
      expect(found(name)).toEqual([]);
      registry.remove(name, name);
      registry.add(name, name, name);
      expect(found(name)).toEqual([`${name}/${name}`]);
      registry.removeSession(name);
      expect(found(name)).toEqual([]);
      expect(registry.size).toBe(0);
    },
  );

  it('keeps destinations and ids as they are, whatever their characters', () => {
    const odd = '/topic/\ud800ü\u{1f600}';
    registry.add('s1', odd, odd);
    expect(found(odd)).toEqual([`s1/${odd}`]);
  });
});
