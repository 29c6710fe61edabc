import { hostname } from 'node:os';
import type { ClusterSettings } from '../broker/cluster/cluster-settings.js';
import type { BrokerRelayOptions } from './broker-relay-options.js';
import type { ClusterOptions } from './cluster-options.js';
import { knownOnly } from './known-options.js';
import { flag, hasMethod, whole, wrong } from './option-values.js';
import type { SimpleBrokerOptions } from './stomp-module-options.js';

/** For the other nodes to be back as well: they notice an engine's return at different moments of their back-off. */
const SETTLE_MS = 250;

/** @throws StompConfigurationError naming the option and the remedy */
export function clusterSettings(
  { cluster, queuePrefixes = [] }: SimpleBrokerOptions,
  brokerRelay: BrokerRelayOptions = {},
): ClusterSettings | undefined {
  if (cluster === undefined) return undefined;
  knownOnly('simpleBroker.cluster', cluster);
  const number = (name: keyof ClusterOptions, value: number, least: number): number =>
    whole(`simpleBroker.cluster.${name}`, cluster[name] ?? value, least);
  if (queuePrefixes.length > 0) {
    throw wrong(
      'simpleBroker.queuePrefixes',
      queuePrefixes,
      'With simpleBroker.cluster each node would give the message to one of its subscribers. Serve queues by brokerRelay.',
    );
  }
  for (const name of ['userDestinationBroadcast', 'userRegistryBroadcast'] as const) {
    if (brokerRelay[name] === undefined) continue;
    const remedy =
      'With simpleBroker.cluster the nodes tell each other of their users already. Leave it out.';
    throw wrong(`brokerRelay.${name}`, brokerRelay[name], remedy);
  }
  const heartbeatIntervalMs = number('heartbeatIntervalMs', 1000, 50);
  const reconnectDelayMs = number('reconnectDelayMs', 100, 1);
  return {
    bus: bus(cluster.bus),
    namespace: text('namespace', cluster.namespace ?? 'stomp'),
    name: text('nodeName', cluster.nodeName ?? `${hostname()}:${process.pid}`),
    failFast: flag('simpleBroker.cluster.failFast', cluster.failFast ?? false),
    heartbeatIntervalMs,
    heartbeatTimeoutMs: 3 * heartbeatIntervalMs,
    settleMs: SETTLE_MS,
    nodeTimeoutMs: number('nodeTimeoutMs', 10 * heartbeatIntervalMs, 2 * heartbeatIntervalMs),
    lingerMs: number('lingerMs', 2000, 0),
    receiptTimeoutMs: number('receiptTimeoutMs', 5000, 1),
    reconnectDelayMs,
    reconnectMaxDelayMs: number('reconnectMaxDelayMs', Math.max(2000, reconnectDelayMs), reconnectDelayMs),
    sendBufferSizeLimit: number('sendBufferSizeLimit', 16 * 1024 * 1024, 1),
    outageBufferMs: number('outageBufferMs', 2000, 1),
    outageBufferSizeLimit: number('outageBufferSizeLimit', 4 * 1024 * 1024, 0),
  };
}

function bus(value: unknown): ClusterSettings['bus'] {
  if (hasMethod(value, 'connect')) return value as ClusterSettings['bus'];
  throw wrong(
    'simpleBroker.cluster.bus',
    value,
    'Give a bus, such as new RedisClusterBus({ url }) of nestjs-stomp/redis.',
  );
}

function text(name: keyof ClusterOptions, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw wrong(`simpleBroker.cluster.${name}`, value, 'Write a string that is not empty.');
}
