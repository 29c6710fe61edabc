import { Counter, Gauge, type Registry } from 'prom-client';
import type { StompStatsSnapshot } from '../module/stomp-stats.js';
import { STOMP_METRICS, type StompMetric } from './stomp-metric.js';

/**
 * Has a registry read the statistics whenever it is scraped.
 *
 * @returns the names of the metrics
 */
export function registerMetrics(
  registry: Registry,
  prefix: string,
  snapshot: () => StompStatsSnapshot,
): readonly string[] {
  return STOMP_METRICS.map((metric) => {
    const name = `${prefix}${metric.name}`;
    const { help, label } = metric;
    const common = { name, help, labelNames: label === undefined ? [] : [label], registers: [registry] };
    if (metric.type === 'gauge') {
      const gauge: Gauge = new Gauge({
        ...common,
        collect: () => eachValue(metric, snapshot(), (labels, value) => gauge.set(labels, value)),
      });
    } else {
      const counter: Counter = new Counter({
        ...common,
        // A counter of this library can only be raised; what it counts is counted elsewhere.
        collect: () => {
          counter.reset();
          eachValue(metric, snapshot(), (labels, value) => counter.inc(labels, value));
        },
      });
    }
    return name;
  });
}

function eachValue(
  { label, read }: StompMetric,
  snapshot: StompStatsSnapshot,
  use: (labels: Record<string, string>, value: number) => void,
): void {
  const found = read(snapshot);
  if (typeof found === 'number') use({}, found);
  else for (const [key, value] of Object.entries(found)) use({ [label ?? 'key']: key }, value);
}
