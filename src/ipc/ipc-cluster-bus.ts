import { setTimeout as pause } from 'node:timers/promises';
import {
  ClusterBusError,
  type ClusterBus,
  type ClusterBusConnection,
  type ClusterBusListener,
} from '../broker/cluster/cluster-bus.js';
import { GuardedListener } from '../broker/cluster/guarded-listener.js';
import { elect, type Elected } from './hub-election.js';
import type { IpcClusterBusOptions } from './ipc-cluster-bus-options.js';
import { IpcConnection } from './ipc-connection.js';
import { resolveIpcSettings, type IpcSettings } from './ipc-settings.js';
import { prepareFolder } from './socket-path.js';

/** How long to wait while another process becomes the hub; up to twice that, so that not all ask at once. */
const ELECTION_PAUSE_MS = 10;

/**
 * Joins the processes of one machine without any server: one of them is the hub, and the others, and itself, connect to it
 * over a socket file. When that process ends or closes its connection, all others lose theirs and one of them becomes the hub
 * when they connect again. What is published meanwhile is lost.
 *
 * The hub shares the event loop of its process: while that is busy, all wait; while it is stopped, there is no hub and no
 * election, and whoever connects is told after `connectTimeoutMs`.
 *
 * @publicApi
 */
export class IpcClusterBus implements ClusterBus {
  readonly name: string;
  readonly #settings: IpcSettings;

  /** @throws ClusterBusError for an option that cannot be */
  constructor(options: IpcClusterBusOptions = {}) {
    this.#settings = resolveIpcSettings(options);
    this.name = `IPC at ${this.#settings.path}`;
  }

  async connect(listener: ClusterBusListener): Promise<ClusterBusConnection> {
    const { path, connectTimeoutMs } = this.#settings;
    await prepareFolder(path);
    const end = performance.now() + connectTimeoutMs;
    do {
      const elected = await elect(path, this.#settings);
      const connection = elected && (await this.#open(elected, listener, end - performance.now()));
      if (connection !== undefined) return connection;
      await pause(ELECTION_PAUSE_MS * (1 + Math.random()));
    } while (performance.now() < end);
    throw new ClusterBusError(
      'STOMP_CLUSTER_UNREACHABLE',
      `No hub came to be at ${path} within ${connectTimeoutMs} ms. Look which process holds ${path}.lock, or raise \`connectTimeoutMs\`.`,
    );
  }

  /** Undefined when that hub was about to end. */
  async #open(
    elected: Elected,
    listener: ClusterBusListener,
    patienceMs: number,
  ): Promise<IpcConnection | undefined> {
    const guarded = new GuardedListener(listener);
    try {
      return await IpcConnection.open(elected, this.#settings.path, guarded, Math.max(1, patienceMs));
    } catch (error) {
      if (error instanceof ClusterBusError && error.code === 'STOMP_CLUSTER_LOST') return undefined;
      throw error;
    }
  }
}
