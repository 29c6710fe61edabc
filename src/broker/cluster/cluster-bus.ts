/**
 * A pipe of octets between the nodes of a cluster, over an engine that carries messages: Redis, NATS, or the operating system.
 * It knows neither STOMP nor users. What it has to do is little: who is interested in what, order, duplicates, time limits,
 * connecting again and all that is kept meanwhile are the cluster's.
 *
 * An address is a list of words joined by dots; a word is made of `A-Z`, `a-z`, `0-9`, `-`, `_` and `=`, and an address has at
 * most 512 characters. Where something is subscribed, a word may be `*`, which is any one word, and the last one `>`, which
 * is one or more words. A bus that cannot tell so exactly may deliver more than that, never less.
 *
 * @publicApi
 */
export interface ClusterBus {
  /** What it is called in logs and errors, with where it goes: `Redis at 127.0.0.1:6379`. Never with a password. */
  readonly name: string;
  /** Distinct addresses with `*` or `>` that a connection bears; beyond that the cluster asks for everything. @default no limit */
  readonly maxPatterns?: number;
  /**
   * Connects, once: without trying again, without waiting for ever (5 s is a good limit). The cluster calls it again when that
   * fails or the connection is lost.
   *
   * @param listener hears of what arrives from the first subscription on
   * @throws ClusterBusError saying what is wrong and what to do
   */
  connect(listener: ClusterBusListener): Promise<ClusterBusConnection>;
}

/**
 * Who hears of a bus: the cluster.
 *
 * @publicApi
 */
export interface ClusterBusListener {
  /**
   * Something arrived, in the order in which each node published it. It may be kept: it is not written to again. It is
   * handled before this returns, and nothing is thrown.
   */
  message(bytes: Uint8Array): void;
  /** The connection is gone, and nothing comes from it any more. Once, and not after {@link ClusterBusConnection.close}. */
  lost(error: Error): void;
}

/**
 * A connection of one node to a bus.
 *
 * @publicApi
 */
export interface ClusterBusConnection {
  /** The largest message it carries. */
  readonly maxMessageBytes: number;
  /** Octets that have been published and are still in this process. */
  readonly pendingBytes: number;
  /**
   * Begins to deliver what is published on some addresses, to this node's own publications as well. None of them has been
   * subscribed already.
   *
   * @returns resolved when all that any node publishes from now on arrives here; rejected when the connection is lost
   */
  subscribe(addresses: readonly string[]): Promise<void>;
  /** Ends that. Resolved when the engine knows, rejected when the connection is lost. */
  unsubscribe(addresses: readonly string[]): Promise<void>;
  /**
   * Sends a message to all nodes that have subscribed to an address, behind all that was published before. The octets are not
   * written to afterwards. What cannot be sent because the connection is gone is dropped: {@link flush} tells.
   */
  publish(address: string, bytes: Uint8Array): void;
  /** Resolved when the engine has taken all that was published before this call; rejected when it did not, or is gone. */
  flush(): Promise<void>;
  /** Ends the connection when the engine has taken what was published, or after a second. Called once, throws nothing. */
  close(): Promise<void>;
}

/**
 * What is wrong with a bus. `code` is stable:
 *
 * - `STOMP_CLUSTER_UNREACHABLE`: nothing answers at the address
 * - `STOMP_CLUSTER_REFUSED`: it answers and does not let us in
 * - `STOMP_CLUSTER_MISSING_PEER`: the package that speaks to it is not installed
 * - `STOMP_CLUSTER_LOST`: the connection ended
 *
 * @publicApi
 */
export class ClusterBusError extends Error {
  override readonly name = 'ClusterBusError';

  /** @param message what is wrong and what to do about it */
  constructor(
    readonly code: ClusterBusErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** @publicApi */
export type ClusterBusErrorCode =
  'STOMP_CLUSTER_UNREACHABLE' | 'STOMP_CLUSTER_REFUSED' | 'STOMP_CLUSTER_MISSING_PEER' | 'STOMP_CLUSTER_LOST';
