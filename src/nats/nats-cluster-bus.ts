import type { ClusterBus, ClusterBusConnection } from '../broker/cluster/cluster-bus.js';

/**
 * Options of {@link NatsClusterBus}.
 *
 * @publicApi
 */
export interface NatsClusterBusOptions {
  /** Where it is. */
  readonly url?: string;
}

/** @publicApi */
export class NatsClusterBus implements ClusterBus {
  readonly name = 'Nats';

  constructor(readonly options: NatsClusterBusOptions = {}) {}

  connect(): Promise<ClusterBusConnection> {
    return Promise.reject(new Error('not there yet'));
  }
}
