export { RedisClusterBus, type RedisClusterBusOptions } from './redis-cluster-bus.js';
