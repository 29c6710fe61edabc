import type { ClusterBus, ClusterBusConnection } from '../broker/cluster/cluster-bus.js';

/**
 * Options of {@link IpcClusterBus}.
 *
 * @publicApi
 */
export interface IpcClusterBusOptions {
  /** Where it is. */
  readonly url?: string;
}

/** @publicApi */
export class IpcClusterBus implements ClusterBus {
  readonly name = 'Ipc';

  constructor(readonly options: IpcClusterBusOptions = {}) {}

  connect(): Promise<ClusterBusConnection> {
    return Promise.reject(new Error('not there yet'));
  }
}
