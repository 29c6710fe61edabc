/*
 * The door of `nestjs-stomp/nats`: a cluster bus over NATS. It needs the package @nats-io/transport-node, which the main door
 * does not.
 */
export { NatsClusterBus, type NatsClusterBusOptions } from './nats-cluster-bus.js';
