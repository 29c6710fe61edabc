export { IpcClusterBus, type IpcClusterBusOptions } from './ipc-cluster-bus.js';
