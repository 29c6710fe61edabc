import type { NodeConnectionOptions } from '@nats-io/transport-node';
import type { ClusterBus, ClusterBusConnection, ClusterBusListener } from '../broker/cluster/cluster-bus.js';
import { GuardedListener } from '../broker/cluster/guarded-listener.js';
import { loadPeer } from '../broker/cluster/load-peer.js';
import { natsAddress } from './nats-address.js';
import { refusedAtTheDoor, unreachable } from './nats-bus-errors.js';
import { NatsClusterBusConnection } from './nats-cluster-bus-connection.js';

/** What the cluster needs, whatever the options say. */
const OURS = {
  // The cluster tries again and knows what to do with what could not be sent; a second one who does would only delay it.
  reconnect: false,
  waitOnFirstConnect: false,
  // A node hears its own probe, which proves that publishing works.
  noEcho: false,
  // Two questions without an answer end the connection: after six seconds, where the client's own default is six minutes.
  pingInterval: 2000,
  maxPingOut: 2,
  // NATS answers in a millisecond; five seconds are a slow name.
  timeout: 5000,
} as const;

type Ours = keyof typeof OURS;
type Reconnecting =
  | 'maxReconnectAttempts'
  | 'reconnectDelayHandler'
  | 'reconnectJitter'
  | 'reconnectJitterTLS'
  | 'reconnectTimeWait'
  | 'reconnectToServer';

/**
 * Options of {@link NatsClusterBus}: those that `connect` of the package `@nats-io/transport-node` takes (`user` and `pass`, `token`,
 * `authenticator`, `tls` …), except those about time limits and connecting again, which are the cluster's.
 *
 * @publicApi
 */
export interface NatsClusterBusOptions extends Omit<NodeConnectionOptions, Ours | Reconnecting | 'servers'> {
  /**
   * Where NATS is: `nats://host:4222`, or several of one NATS cluster, which are tried in random order. Servers of a NATS cluster tell each
   * other of subscriptions a moment after they have confirmed them.
   *
   * @default `nats://127.0.0.1:4222`
   */
  readonly servers?: string | readonly string[];
}

/**
 * A cluster bus over subjects of NATS. Nothing is stored there. It needs the package `@nats-io/transport-node`, 3 or later, and a
 * user who may publish and subscribe on all subjects of the namespace.
 *
 * @publicApi
 */
export class NatsClusterBus implements ClusterBus {
  readonly name: string;
  readonly #options: NatsClusterBusOptions;
  readonly #load: () => Promise<typeof import('@nats-io/transport-node')>;

  /** @param load how the package is loaded; for tests */
  constructor(
    options: NatsClusterBusOptions = {},
    load: () => Promise<typeof import('@nats-io/transport-node')> = () => import('@nats-io/transport-node'),
  ) {
    this.#options = options;
    this.#load = load;
    this.name = `NATS at ${natsAddress(options.servers, options.port)}`;
  }

  async connect(listener: ClusterBusListener): Promise<ClusterBusConnection> {
    const nats = await loadPeer('NatsClusterBus', '@nats-io/transport-node', this.#load);
    const { AuthorizationError, PermissionViolationError, ProtocolError, UserAuthenticationExpiredError } =
      nats.errors;
    const deniedSubject = (error: Error): string | undefined =>
      error instanceof PermissionViolationError ? error.subject : undefined;
    try {
      const connection = await nats.connect(this.#connectionOptions());
      return new NatsClusterBusConnection(
        this.name,
        connection,
        new GuardedListener(listener),
        deniedSubject,
      );
    } catch (error) {
      if (error instanceof AuthorizationError || error instanceof UserAuthenticationExpiredError) {
        throw refusedAtTheDoor(this.name, error, true);
      }
      if (error instanceof ProtocolError) throw refusedAtTheDoor(this.name, error, false);
      throw unreachable(this.name, error);
    }
  }

  /** Anew for each connection, because the client writes into them. */
  #connectionOptions(): NodeConnectionOptions {
    const { servers, ...others } = this.#options;
    const where =
      servers === undefined ? {} : { servers: typeof servers === 'string' ? servers : [...servers] };
    return { ...others, ...where, ...OURS };
  }
}
