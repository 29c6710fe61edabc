import type { ClusterBus, ClusterBusConnection } from '../broker/cluster/cluster-bus.js';

/**
 * Options of {@link RedisClusterBus}.
 *
 * @publicApi
 */
export interface RedisClusterBusOptions {
  /** Where it is. */
  readonly url?: string;
}

/** @publicApi */
export class RedisClusterBus implements ClusterBus {
  readonly name = 'Redis';

  constructor(readonly options: RedisClusterBusOptions = {}) {}

  connect(): Promise<ClusterBusConnection> {
    return Promise.reject(new Error('not there yet'));
  }
}
