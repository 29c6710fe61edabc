export { IpcClusterBus } from './ipc-cluster-bus.js';
export type { IpcClusterBusOptions } from './ipc-cluster-bus-options.js';
