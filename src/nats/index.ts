export { NatsClusterBus, type NatsClusterBusOptions } from './nats-cluster-bus.js';
