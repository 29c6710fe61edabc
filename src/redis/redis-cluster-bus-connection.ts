import { type ClusterBusConnection, ClusterBusError } from '../broker/cluster/cluster-bus.js';
import type { GuardedListener } from '../broker/cluster/guarded-listener.js';
import { withinLimit } from '../broker/cluster/within-limit.js';
import { isAnswer, isDenied, lost, refused, whatItSays } from './redis-bus-errors.js';
import type { RedisClient, RedisMessageListener } from './redis-client.js';
import { isPattern, toGlob } from './redis-glob.js';
import { RedisPatterns } from './redis-patterns.js';
import { UnansweredPublications } from './unanswered-publications.js';

/** How long {@link RedisClusterBusConnection.close} waits for what was published: a process that ends is in a hurry. */
const CLOSE_LIMIT_MS = 1000;
/** Channels of one command: a longer one is no faster, and Redis does nothing else while it works on it. */
const CHANNELS_OF_A_COMMAND = 1000;
/**
 * By default Redis cuts a subscriber for which more than 32 MiB wait (`client-output-buffer-limit pubsub`). A message of half
 * of that leaves as much room for what waits around it.
 */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/**
 * Two clients, because a connection that has subscribed may do little else in RESP2, and because publications would wait
 * behind what arrives. One is no use without the other: when either ends, both do.
 */
export class RedisClusterBusConnection implements ClusterBusConnection {
  readonly maxMessageBytes = MAX_MESSAGE_BYTES;
  readonly #publications = new UnansweredPublications();
  /** One for all subscriptions: Redis keeps it in a set, where a second copy would be delivered to as well. */
  readonly #onMessage: RedisMessageListener = (bytes) => this.listener.message(bytes);
  readonly #patterns = new RedisPatterns({
    subscribe: (globs) => this.subscriber.pSubscribe(globs, this.#onMessage, true),
    unsubscribe: (globs) => this.subscriber.pUnsubscribe(globs, this.#onMessage, true),
    isDenied,
  });
  #failure: Error | undefined;
  #isOpen = false;

  constructor(
    private readonly name: string,
    private readonly publisher: RedisClient,
    private readonly subscriber: RedisClient,
    private readonly listener: GuardedListener,
  ) {
    // Without a listener of this event the process would end.
    for (const client of [publisher, subscriber]) {
      client.on('error', (error) => this.#end(lost(name, whatItSays(error), error)));
    }
  }

  /** What has ended it. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Connects both clients. A loss is told of from then on. */
  async open(limitMs: number): Promise<void> {
    const tooLong = (): Error => new Error(`it has not answered for ${limitMs} ms`);
    const both = Promise.all([greet(this.publisher), greet(this.subscriber)]);
    try {
      await withinLimit(limitMs, both, tooLong);
    } catch (error) {
      this.#end(lost(this.name, whatItSays(error), error));
    }
    // When one client fails the other one is ended, and that may be seen first; the failure that was kept came before.
    if (this.#failure !== undefined) throw this.#failure;
    this.#isOpen = true;
  }

  get pendingBytes(): number {
    return this.#publications.bytes;
  }

  async subscribe(addresses: readonly string[]): Promise<void> {
    const [channels, globs] = sort(addresses);
    await this.#all('SUBSCRIBE', channels, (some) => this.subscriber.subscribe(some, this.#onMessage, true));
    await this.#orEnd('PSUBSCRIBE', globs, this.#patterns.subscribe(globs));
  }

  async unsubscribe(addresses: readonly string[]): Promise<void> {
    const [channels, globs] = sort(addresses);
    await this.#all('UNSUBSCRIBE', channels, (some) =>
      this.subscriber.unsubscribe(some, this.#onMessage, true),
    );
    await this.#orEnd('PUNSUBSCRIBE', globs, this.#patterns.unsubscribe(globs));
  }

  publish(address: string, bytes: Uint8Array): void {
    if (this.#failure !== undefined) return;
    const size = bytes.byteLength;
    this.#publications.add(size);
    this.publisher.sendCommand(['PUBLISH', address, asBuffer(bytes)]).then(
      () => this.#publications.answered(size),
      (error: unknown) => this.#end(this.#explain('PUBLISH', address, error)),
    );
  }

  flush(): Promise<void> {
    return this.#publications.allAnswered();
  }

  async close(): Promise<void> {
    this.listener.end();
    const tooLong = (): Error => lost(this.name, 'it was closed while it did not answer');
    const end = await withinLimit(CLOSE_LIMIT_MS, this.flush(), tooLong).then(
      () => lost(this.name, 'it was closed'),
      (error: Error) => error,
    );
    this.#end(end);
  }

  /** Sends a command for some addresses at a time, all at once; the answers come in order. */
  async #all(
    command: string,
    addresses: readonly string[],
    send: (some: string[]) => Promise<void>,
  ): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const answers: Promise<void>[] = [];
    for (let at = 0; at < addresses.length; at += CHANNELS_OF_A_COMMAND) {
      const some = addresses.slice(at, at + CHANNELS_OF_A_COMMAND);
      answers.push(this.#orEnd(command, some, send(some)));
    }
    await Promise.all(answers);
  }

  /** What Redis does not do for us ends the connection. */
  async #orEnd(command: string, addresses: readonly string[], answer: Promise<void>): Promise<void> {
    try {
      await answer;
    } catch (error) {
      this.#end(this.#explain(command, addresses[0] ?? '', error));
      throw this.#failure ?? error;
    }
  }

  #explain(command: string, address: string, error: unknown): ClusterBusError {
    return isAnswer(error)
      ? refused(this.name, command, address, error)
      : lost(this.name, whatItSays(error), error);
  }

  #end(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#publications.fail(error);
    for (const client of [this.publisher, this.subscriber]) destroy(client);
    if (this.#isOpen) this.listener.lost(error);
  }
}

/**
 * Connects, and hears Redis say something: not every version of the client waits for that. Any word will do, but one that
 * asks for a password.
 */
async function greet(client: RedisClient): Promise<void> {
  await client.connect();
  try {
    await client.sendCommand(['PING']);
  } catch (error) {
    if (!isDenied(error)) throw error;
  }
}

/** Those that SUBSCRIBE takes, and the globs that PSUBSCRIBE takes. */
function sort(addresses: readonly string[]): readonly [channels: string[], globs: string[]] {
  const channels: string[] = [];
  const globs: string[] = [];
  for (const address of addresses) {
    if (isPattern(address)) globs.push(toGlob(address));
    else channels.push(address);
  }
  return [channels, globs];
}

/** The same octets as what the client takes. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function destroy(client: RedisClient): void {
  try {
    client.destroy();
  } catch {
    // Version 5 throws when it is closed already.
  }
}
