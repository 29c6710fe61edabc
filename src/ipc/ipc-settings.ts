import { constants } from 'node:buffer';
import { ClusterBusError } from '../broker/cluster/cluster-bus.js';
import type { HubLimits } from './hub-limits.js';
import type { IpcClusterBusOptions } from './ipc-cluster-bus-options.js';
import { checkedSocketPath, defaultSocketPath } from './socket-path.js';

/** The options, complete and checked. */
export interface IpcSettings extends HubLimits {
  readonly path: string;
  readonly connectTimeoutMs: number;
}

const MIB = 1024 * 1024;
/** Beyond that, timers of Node fire at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;
/** The length of a frame has four octets, some of which its head needs; and a buffer has its own limit. */
const MAX_BYTES = Math.min(constants.MAX_LENGTH, 2 ** 32) - 1024;

/** @throws ClusterBusError naming the option that cannot be */
export function resolveIpcSettings(options: IpcClusterBusOptions): IpcSettings {
  const checked = (
    name: 'connectTimeoutMs' | 'maxMessageBytes' | 'maxQueueBytes',
    byDefault: number,
    limit: number,
  ): number => {
    const { [name]: value = byDefault } = options;
    if (Number.isInteger(value) && value >= 1 && value <= limit) return value;
    throw new ClusterBusError(
      'STOMP_CLUSTER_REFUSED',
      `\`${name}\` is ${String(value)}; give an integer of 1 to ${limit}, or leave it out for ${byDefault}.`,
    );
  };
  return {
    path: checkedSocketPath(options.path ?? defaultSocketPath()),
    connectTimeoutMs: checked('connectTimeoutMs', 5000, MAX_TIMEOUT_MS),
    maxMessageBytes: checked('maxMessageBytes', 16 * MIB, MAX_BYTES),
    maxQueueBytes: checked('maxQueueBytes', 64 * MIB, Number.MAX_SAFE_INTEGER),
  };
}
