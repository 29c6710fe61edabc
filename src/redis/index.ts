/*
 * The door of `nestjs-stomp/redis`: a cluster bus over Redis. It needs the package redis, which the main door does not.
 */
export { RedisClusterBus, type RedisClusterBusOptions } from './redis-cluster-bus.js';
