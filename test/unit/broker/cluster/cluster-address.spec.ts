import { describe, expect, it } from '@jest/globals';
import { ClusterAddresses, isPatternAddress } from '../../../../src/broker/cluster/cluster-address.js';

const addresses = new ClusterAddresses('shop', '/');

describe('ClusterAddresses', () => {
  it.each([
    ['/topic/a', 'shop.d.topic.a.=e'],
    ['/topic//a/', 'shop.d.topic.a.=e'],
    ['', 'shop.d.=e'],
    ['/topic/a.b*>', 'shop.d.topic.a=2Eb=2A=3E.=e'],
    ['/=e/=l', 'shop.d.=3De.=3Dl.=e'],
    [`/${'x'.repeat(600)}`, 'shop.d.=l.=e'],
  ])('publishes %j on %s', (destination, address) => {
    expect(addresses.ofDestination(destination)).toBe(address);
  });

  it.each([
    ['/topic/a', ['shop.d.topic.a.=e']],
    ['/topic/*', ['shop.d.topic.*.=e', 'shop.d.topic.=e', 'shop.d.=l.=e']],
    ['/topic/*/x', ['shop.d.topic.*.x.=e', 'shop.d.=l.=e']],
    ['/topic/**', ['shop.d.topic.>', 'shop.d.=l.=e']],
    ['/topic/**/x', ['shop.d.topic.>', 'shop.d.=l.=e']],
    ['/topic/{a:x/y}', ['shop.d.topic.>', 'shop.d.=l.=e']],
    [`/${'x'.repeat(600)}/**`, ['shop.d.>', 'shop.d.=l.=e']],
    [`/${'x'.repeat(600)}/a?`, ['shop.d.>', 'shop.d.=l.=e']],
  ])('listens for %j on %j', (destination, expected) => {
    expect(addresses.ofSubscription(destination)).toEqual(expected);
  });

  it('parts a destination where the application does', () => {
    const dotted = new ClusterAddresses('shop', '.');
    expect(dotted.ofDestination('a.b/c')).toBe('shop.d.a.b=2Fc.=e');
    expect(dotted.ofSubscription('a.*.b')[0]).toBe('shop.d.a.*.b.=e');
  });

  it('knows an address that stands for several', () => {
    expect(['a.>', 'a.*.b', 'a.b'].map(isPatternAddress)).toEqual([true, true, false]);
  });

  it('finds room for the longest namespace and the longest user together', () => {
    const long = new ClusterAddresses('x'.repeat(250), '/');
    expect(long.ofUser('y'.repeat(250)).length).toBe(503);
    expect(long.ofUser('y'.repeat(251))).toMatch(/\.u\.=h[0-9a-f]{64}$/);
  });
});
