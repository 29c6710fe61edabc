import type { ClusterBus } from '../broker/cluster/cluster-bus.js';

/**
 * Options of a simple broker on several nodes: each is an application of its own, and a message that is published on one
 * reaches those who have subscribed on another.
 *
 * @publicApi
 */
export interface ClusterOptions {
  /**
   * What carries messages from node to node: `new RedisClusterBus(…)` of `nestjs-stomp/redis`, `new NatsClusterBus(…)` of
   * `nestjs-stomp/nats`, `new IpcClusterBus(…)` of `nestjs-stomp/ipc`, or one of your own.
   */
  readonly bus: ClusterBus;
  /**
   * Which cluster on that bus: nodes with different ones never meet. Two applications, or a test and what is live, must not
   * have the same.
   *
   * @default 'stomp'
   */
  readonly namespace?: string;
  /** What the node calls itself in logs and events. @default host name and process id */
  readonly nodeName?: string;
  /**
   * Whether the boot fails when the bus is not there. Otherwise that is logged, the application starts alone, and the bus is tried
   * until it is there. Nodes with different prefixes fail the boot either way.
   *
   * @default false
   */
  readonly failFast?: boolean;
  /**
   * How often a node says that it lives, in milliseconds. When its own word does not come back through the bus within three times
   * that, the bus counts as lost.
   *
   * @default 1000 ms: a bus that has stopped is noticed in 3 s
   */
  readonly heartbeatIntervalMs?: number;
  /** How long another node may be silent before its users count as gone, in milliseconds. @default 10000 ms: ten heart-beats */
  readonly nodeTimeoutMs?: number;
  /** How long a node listens to a destination that its last subscriber has left, in milliseconds; to the last thousand of them at most. @default 2000 ms: most who leave come back at once */
  readonly lingerMs?: number;
  /** How long the bus may take to confirm what a client wants a receipt for, in milliseconds. @default 5000 ms */
  readonly receiptTimeoutMs?: number;
  /** The longest wait before a lost bus is tried again, after the first failure, in milliseconds; it doubles with each, and a random part of it is taken. @default 100 ms */
  readonly reconnectDelayMs?: number;
  /** What that never exceeds, in milliseconds. @default 2000 ms: other nodes publish into the void as long */
  readonly reconnectMaxDelayMs?: number;
  /** Bytes that may wait for a bus that does not keep up; beyond that messages reach this node only. @default 16777216 (16 MiB) */
  readonly sendBufferSizeLimit?: number;
  /** How long messages are kept for a bus that is away, in milliseconds; what is older reaches this node only. @default 2000 ms */
  readonly outageBufferMs?: number;
  /** Bytes that are kept for a bus that is away. @default 4194304 (4 MiB) */
  readonly outageBufferSizeLimit?: number;
}
