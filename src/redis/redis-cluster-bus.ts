import type { RedisClientOptions, RedisFunctions, RedisModules, RedisScripts, RespVersions } from 'redis';
import {
  type ClusterBus,
  type ClusterBusConnection,
  type ClusterBusListener,
} from '../broker/cluster/cluster-bus.js';
import { GuardedListener } from '../broker/cluster/guarded-listener.js';
import { loadPeer } from '../broker/cluster/load-peer.js';
import { isAnswer, refusedAtTheDoor, unreachable, whatItSays } from './redis-bus-errors.js';
import { RedisClusterBusConnection } from './redis-cluster-bus-connection.js';
import { redisAddress } from './redis-address.js';

/** What {@link ClusterBus.connect} is told to bear. Redis answers in a millisecond; five seconds are a new leader or a slow name. */
const CONNECT_LIMIT_MS = 5000;
/**
 * Redis compares every pattern with every message, on its only thread: measured, 10 patterns cost 1 µs a message, 100 cost
 * 3 µs and 1000 cost 33 µs.
 */
const MAX_PATTERNS = 64;
const DEFAULT_URL = 'redis://127.0.0.1:6379';

/** Of whichever version of the protocol: without saying so, it would be one only. */
type ClientOptions = RedisClientOptions<RedisModules, RedisFunctions, RedisScripts, RespVersions>;

/**
 * Options of {@link RedisClusterBus}.
 *
 * @publicApi
 */
export interface RedisClusterBusOptions {
  /**
   * Where Redis is: `redis://user:password@host:6379`, or `rediss://` for TLS. It wins over what `client` says.
   *
   * @default what `client` says, or `redis://127.0.0.1:6379`
   */
  readonly url?: string;
  /**
   * More options of the two clients that are made, as `createClient` of the package redis takes them: TLS, credentials. What
   * they do when the connection is lost is not theirs to decide: the cluster connects again.
   *
   * @default none
   */
  readonly client?: ClientOptions;
}

/**
 * A cluster bus over the channels of a Redis. Nothing is stored there. It needs the package redis, 5 or later.
 *
 * A user of Redis who may not do all needs `+hello +publish +subscribe +unsubscribe +psubscribe +punsubscribe` and the channels of
 * the namespace, by the rule `&namespace.*` and no other text: it is also the one pattern that Redis grants then. As soon as a
 * client there subscribes to a pattern, a node hears the whole namespace; with `allchannels` it hears that pattern only.
 *
 * @publicApi
 */
export class RedisClusterBus implements ClusterBus {
  readonly name: string;
  readonly maxPatterns = MAX_PATTERNS;
  readonly #options: RedisClusterBusOptions;
  readonly #load: () => Promise<typeof import('redis')>;

  /** @param load how the package is loaded; for tests */
  constructor(
    options: RedisClusterBusOptions = {},
    load: () => Promise<typeof import('redis')> = () => import('redis'),
  ) {
    this.#options = options;
    this.#load = load;
    const { url, client: { url: clientUrl, socket } = {} } = options;
    this.name = `Redis at ${redisAddress(url ?? clientUrl, socket, DEFAULT_URL)}`;
  }

  async connect(listener: ClusterBusListener): Promise<ClusterBusConnection> {
    const { createClient } = await loadPeer('RedisClusterBus', 'redis', this.#load);
    const [publisher, subscriber] = [
      createClient(this.#clientOptions()),
      createClient(this.#clientOptions()),
    ];
    const guarded = new GuardedListener(listener);
    const connection = new RedisClusterBusConnection(this.name, publisher, subscriber, guarded);
    try {
      await connection.open(CONNECT_LIMIT_MS);
    } catch (failure) {
      const cause = failure instanceof Error ? failure.cause : failure;
      throw isAnswer(cause)
        ? refusedAtTheDoor(this.name, cause)
        : unreachable(this.name, whatItSays(cause), cause);
    }
    return connection;
  }

  /** Anew for each client, because a client writes into them. */
  #clientOptions(): ClientOptions {
    const { url, client = {} } = this.#options;
    const where = url ?? client.url ?? (client.socket === undefined ? DEFAULT_URL : undefined);
    return {
      ...client,
      ...(where === undefined ? {} : { url: where }),
      // The cluster tries again and knows what to do with what could not be sent; a second one who does would only delay it.
      socket: { ...client.socket, connectTimeout: CONNECT_LIMIT_MS, reconnectStrategy: false },
      disableOfflineQueue: true,
      commandsQueueMaxLength: undefined,
      // Of Redis Enterprise: the client would change its server without a word, and miss what is published meanwhile.
      maintNotifications: 'disabled',
      // The client would make a timer for each command that it has not written yet, which the cluster bounds by octets. Measured,
      // a publication costs 14 µs with it, 3 µs without.
      commandOptions: { ...client.commandOptions, timeout: undefined },
    };
  }
}
