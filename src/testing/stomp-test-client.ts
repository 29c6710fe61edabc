import type { SendHeaders } from '../messaging/simp-messaging-template.js';
import type { SimpSession } from '../messaging/simp-session.js';
import { StompDecoder } from '../protocol/stomp-decoder.js';
import { DEFAULT_DECODER_LIMITS } from '../protocol/stomp-decoder-limits.js';
import { encodeFrame, HEART_BEAT } from '../protocol/stomp-encoder.js';
import type { StompFrame } from '../protocol/stomp-frame.js';
import { STOMP_VERSIONS, type StompVersion } from '../protocol/stomp-version.js';
import type { SessionTransport } from '../session/session-transport.js';
import type { CloseStatus } from '../session/stomp-event.js';
import type { StompSession } from '../session/stomp-session.js';
import { clientFrame, sendFrame } from './client-frames.js';
import { ClientInboxes } from './client-inboxes.js';
import { MemoryConnection } from './memory-connection.js';
import type { Patience } from './patience.js';
import { testErrorOf, type StompTestError } from './stomp-test-error.js';
import { StompTestSubscription } from './stomp-test-subscription.js';

/**
 * What a client says in CONNECT.
 *
 * @publicApi
 */
export interface StompTestConnect {
  /** STOMP headers of CONNECT: `login`, `passcode`, … They replace those of the kit; `null` leaves one out. */
  readonly headers?: SendHeaders;
  /** @default '1.2' */
  readonly version?: StompVersion;
  /** What the client promises and wants, in milliseconds; it sends none by itself. @default [0, 0]: no heart-beats */
  readonly heartBeat?: readonly [number, number];
}

/** What a client needs of its kit. */
export interface ClientPort {
  readonly patience: Patience;
  /** Begins the session. */
  accept(transport: SessionTransport): StompSession;
  settled(): Promise<void>;
}

/**
 * A client whose connection stays in memory. Its frames go through the same decoder, session, channels and encoder as
 * those of any other.
 *
 * @publicApi
 */
export class StompTestClient {
  readonly #inboxes: ClientInboxes;
  readonly #connection = new MemoryConnection((octets) => this.#receive(octets));
  readonly #decoder = new StompDecoder({ ...DEFAULT_DECODER_LIMITS, maxBodyBytes: Number.MAX_SAFE_INTEGER });
  readonly #session: StompSession;
  readonly #port: ClientPort;
  readonly #frames: string[] = [];
  #heartBeats = 0;
  #count = 0;

  /** Made by {@link StompTestKit.connect} and {@link StompTestKit.open}. */
  constructor(
    /** What failed tests call this client: its user's name, or `anonymous`. */
    readonly name: string,
    port: ClientPort,
  ) {
    this.#port = port;
    this.#inboxes = new ClientInboxes(port.patience);
    void this.#connection.closed.then((status) => this.#inboxes.complete(status));
    this.#session = port.accept(this.#connection);
    this.#connection.attach(this.#session);
  }

  /** How the connection ended, when it has. */
  get closed(): Promise<CloseStatus> {
    return this.#connection.closed;
  }

  /** The server's side: id, user, attributes, subscriptions. */
  get session(): SimpSession {
    return this.#session;
  }

  /** Every frame received, as text. */
  get frames(): readonly string[] {
    return this.#frames;
  }

  /** Heart-beats received. */
  get heartBeats(): number {
    return this.#heartBeats;
  }

  /**
   * Says CONNECT; resolved when CONNECTED is there.
   *
   * @throws Error when the server refuses it, with code and message of its ERROR
   */
  async connect({ headers, version = '1.2', heartBeat = [0, 0] }: StompTestConnect = {}): Promise<void> {
    const own = { 'accept-version': version, host: 'localhost', 'heart-beat': heartBeat.join(',') };
    await this.#say(clientFrame('CONNECT', own, headers), 'CONNECT');
    if (this.#decoder.version === undefined) throw this.#refused('CONNECT');
  }

  /**
   * Subscribes; resolved when the subscription is live.
   *
   * @param headers STOMP headers of SUBSCRIBE
   * @throws Error when the server refuses it, with code and message of its ERROR
   */
  async subscribe(destination: string, headers: SendHeaders = {}): Promise<StompTestSubscription> {
    const number = this.#count++;
    const id = String(headers['id'] ?? `sub-${number}`);
    const inbox = this.#inboxes.open(id, destination);
    const what = `SUBSCRIBE to ${destination}`;
    try {
      await this.#sayForReceipt(clientFrame('SUBSCRIBE', { id, destination }, headers), what);
    } catch (error) {
      this.#inboxes.shut(id);
      throw error;
    }
    return new StompTestSubscription(id, destination, this.name, inbox, {
      settled: () => this.#port.settled(),
      situation: () => this.#inboxes.situation(),
      unsubscribe: async () => {
        await this.#sayForReceipt(clientFrame('UNSUBSCRIBE', { id }), `UNSUBSCRIBE from ${destination}`);
        this.#inboxes.shut(id);
      },
    });
  }

  /**
   * Sends; resolved when handlers and interceptors have finished with it, whatever came of it. As for any client, a
   * failure is told by ERROR or on `/user/queue/errors`, and a message that nobody takes is not a failure.
   *
   * @param payload text, bytes, or anything that is JSON; `undefined` is no body
   * @param headers STOMP headers of SEND. With a `receipt` it fails unless the RECEIPT has come.
   * @throws Error when the session has ended before
   */
  async send(destination: string, payload?: unknown, headers: SendHeaders = {}): Promise<void> {
    const frame = sendFrame(destination, payload, headers);
    const what = `SEND to ${destination}`;
    if (frame.headers.has('receipt')) await this.#sayForReceipt(frame, what);
    else await this.#say(frame, what);
  }

  /** Sends octets as they are, cut anywhere; resolved when whatever frames they make are handled. */
  async sendRaw(octets: string | Uint8Array): Promise<void> {
    await this.#write(typeof octets === 'string' ? Buffer.from(octets) : octets, 'sendRaw');
  }

  /**
   * The ERROR frame, as soon as it is there, and the close that follows.
   *
   * @throws Error when there is none in time
   */
  async expectError(): Promise<StompTestError> {
    const frame = await this.#inboxes.errors.take(
      () => `No ERROR for ${this.name}. ${this.#inboxes.situation()}`,
    );
    const explain = (): string => `The connection of ${this.name} was not closed after its ERROR.`;
    return testErrorOf(frame, await this.#port.patience.wait(this.closed, explain));
  }

  /** Says DISCONNECT; resolved when the application has finished with the session. Does nothing once it has ended. */
  async disconnect(): Promise<void> {
    if (this.#connection.status === undefined) await this.#say(clientFrame('DISCONNECT', {}), 'DISCONNECT');
  }

  /** Loses the connection without a word; resolved when the application has finished with the session. */
  async drop(): Promise<void> {
    this.#connection.drop();
    await this.#idle('lost connection');
  }

  /** Resolved when everything that this client has sent is handled; `undefined` when it is already. */
  whenIdle(): Promise<void> | undefined {
    return this.#session.whenIdle();
  }

  #receive(octets: Buffer): void {
    if (octets.equals(HEART_BEAT)) {
      this.#heartBeats++;
      return;
    }
    this.#frames.push(octets.toString('utf8'));
    this.#decoder.push(octets);
    const frame = this.#decoder.next();
    if (frame?.command === 'CONNECTED') {
      const version = frame.headers.get('version');
      this.#decoder.version = STOMP_VERSIONS.find((known) => known === version);
    }
    if (frame !== undefined) this.#inboxes.put(frame);
  }

  async #say(frame: StompFrame, what: string): Promise<void> {
    await this.#write(encodeFrame(frame, this.#decoder.version ?? '1.2'), what);
  }

  async #sayForReceipt(frame: StompFrame, what: string): Promise<void> {
    const receipt = frame.headers.get('receipt') ?? `kit-${this.#count++}`;
    if (!frame.headers.has('receipt')) frame.headers.append('receipt', receipt);
    await this.#say(frame, what);
    await this.#confirmed(what);
    if (!this.#inboxes.takeReceipt(receipt)) throw this.#refused(what);
  }

  async #write(octets: Uint8Array, what: string): Promise<void> {
    if (this.#connection.status !== undefined) {
      throw new Error(`${what} of ${this.name} comes too late. ${this.#inboxes.situation()}`);
    }
    this.#connection.write(octets);
    await this.#idle(what);
  }

  /** Some answers come from elsewhere: a session does not wait for them, a test does. */
  async #confirmed(what: string): Promise<void> {
    const { patience } = this.#port;
    const explain = (): string =>
      `${what} of ${this.name} is not confirmed after ${patience.ms} ms. ` +
      'The broker or the bus of the cluster does not answer; raise timeoutMs if it needs longer.';
    await patience.wait(Promise.resolve(this.#session.whenIdle(true)), explain);
  }

  async #idle(what: string): Promise<void> {
    const { patience } = this.#port;
    const explain = (): string =>
      `${what} of ${this.name} is still being handled after ${patience.ms} ms. ` +
      'A handler or an interceptor does not finish; raise timeoutMs if it needs longer.';
    await patience.wait(Promise.resolve(this.whenIdle()), explain);
  }

  #refused(what: string): Error {
    return new Error(`${what} of ${this.name} was refused. ${this.#inboxes.situation()}`);
  }
}
