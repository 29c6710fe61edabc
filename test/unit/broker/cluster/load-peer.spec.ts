import { describe, expect, it } from '@jest/globals';
import { loadPeer } from '../../../../src/broker/cluster/load-peer.js';

describe('loadPeer', () => {
  it('hands out what it has loaded', async () => {
    expect(await loadPeer('RedisClusterBus', 'redis', async () => 'loaded')).toBe('loaded');
  });

  it('says what to do about what is not installed', async () => {
    const cause = new Error('Cannot find package');
    await expect(loadPeer('RedisClusterBus', 'redis', () => Promise.reject(cause))).rejects.toMatchObject({
      code: 'STOMP_CLUSTER_MISSING_PEER',
      message:
        'RedisClusterBus needs the package redis, which cannot be loaded. Install it: npm install redis',
      cause,
    });
  });
});
