import type { Duplex } from 'node:stream';
import type { MessagingLogger } from '../messaging/messaging-logger.js';
import { TokenBucket } from '../session/token-bucket.js';
import { refusal, type HandshakeRefusal } from './handshake-refusal.js';
import { networkOf } from './network-of.js';

/** How many clients are let in. 0 is any number. */
export interface AdmissionLimits {
  /** At a time. */
  readonly maxSessions: number;
  /** At a time, from one address. */
  readonly maxSessionsPerAddress: number;
  /** In a second. */
  readonly maxHandshakesPerSecond: number;
}

/** A limit that is reached over and over is told of once in this time. */
const TELL_AGAIN_MS = 60_000;

/** Counts the sockets of the endpoints, from the handshake to their end, and says when there are enough of them. */
export class Admission {
  #places = 0;
  readonly #byNetwork = new Map<string, number>();
  readonly #rate: TokenBucket | undefined;
  readonly #toldAt = new Map<string, number>();

  /** @param now milliseconds on a monotonic clock */
  constructor(
    private readonly limits: AdmissionLimits,
    private readonly now: () => number,
    private readonly logger: MessagingLogger,
  ) {
    const { maxHandshakesPerSecond: rate } = limits;
    if (rate > 0) this.#rate = new TokenBucket(rate, rate, now);
  }

  /** Sockets that have a place. */
  get size(): number {
    return this.#places;
  }

  /**
   * Gives a socket a place until it closes.
   *
   * @returns why it gets none, or `undefined`
   */
  admit(socket: Duplex, address: string | undefined): HandshakeRefusal | undefined {
    const { maxSessions, maxSessionsPerAddress, maxHandshakesPerSecond } = this.limits;
    const network = networkOf(address ?? '');
    const neighbours = this.#byNetwork.get(network) ?? 0;
    if (maxSessions > 0 && this.#places >= maxSessions) {
      return this.#full(`transport.maxSessions (${maxSessions})`, TOO_MANY);
    }
    if (maxSessionsPerAddress > 0 && neighbours >= maxSessionsPerAddress) {
      return this.#full(`transport.maxSessionsPerAddress (${maxSessionsPerAddress})`, TOO_MANY_OF_ADDRESS);
    }
    if (this.#rate?.tryTake() === false) {
      return this.#full(`transport.maxHandshakesPerSecond (${maxHandshakesPerSecond})`, TOO_FAST);
    }
    this.#places++;
    this.#byNetwork.set(network, neighbours + 1);
    // Not `once`, which keeps a record of whether it has called: a socket closes only once.
    socket.on('close', () => this.#release(network));
    return undefined;
  }

  #release(network: string): void {
    this.#places--;
    const left = (this.#byNetwork.get(network) ?? 1) - 1;
    if (left === 0) this.#byNetwork.delete(network);
    else this.#byNetwork.set(network, left);
  }

  #full(limit: string, refused: HandshakeRefusal): HandshakeRefusal {
    const now = this.now();
    if (now - (this.#toldAt.get(limit) ?? -Infinity) >= TELL_AGAIN_MS) {
      this.#toldAt.set(limit, now);
      this.logger.warn(
        `${limit} is reached. More handshakes are refused with 503; raise it if they are meant.`,
      );
    }
    return refused;
  }
}

const TOO_MANY = refusal(503, 'The server has enough sessions', { 'Retry-After': '5' });

const TOO_MANY_OF_ADDRESS = refusal(503, 'Too many sessions from this address', { 'Retry-After': '5' });

const TOO_FAST = refusal(503, 'Too many handshakes at once', { 'Retry-After': '1' });
