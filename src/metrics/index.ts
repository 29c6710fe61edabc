/*
 * The door of `nestjs-stomp/metrics`: the statistics for Prometheus. It needs prom-client, which the main door does not.
 */
export { StompMetricsModule } from './stomp-metrics.module.js';
export type { StompMetricsOptions } from './stomp-metrics-options.js';
