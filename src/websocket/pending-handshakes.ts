import type { Duplex } from 'node:stream';
import { isPromise } from '../messaging/maybe-promise.js';
import type { MessagingLogger } from '../messaging/messaging-logger.js';
import type { TimerWheel } from '../session/timer-wheel.js';
import { HandshakeError } from './handshake-error.js';
import type { HandshakeInterceptorChain } from './handshake-interceptor-chain.js';
import { refusal, type HandshakeRefusal } from './handshake-refusal.js';

/** What waiting for interceptors may cost. */
export interface HandshakeLimits {
  /** Handshakes that wait at a time. */
  readonly maxPending: number;
  /** How long one may wait, in milliseconds. */
  readonly timeLimitMs: number;
}

/**
 * A handshake that waits is a socket, a request, and work of the application that anybody can ask for: a thousand
 * of them are more than a database answers at a time. Ten seconds are what Spring gives a write that hangs.
 */
const DEFAULT_HANDSHAKE_LIMITS: HandshakeLimits = { maxPending: 1_000, timeLimitMs: 10_000 };

/** What is done with a handshake in the end, one of the two. */
export interface HandshakeEnd {
  /** @returns whether there is a session now */
  upgrade(): boolean;
  refuse(refusal: HandshakeRefusal): void;
}

/**
 * Handshakes that wait for their interceptors. Each ends once: judged, out of time, left by its client, or sent away
 * because the application closes.
 */
export class PendingHandshakes {
  readonly #waiting = new Set<(refused: HandshakeRefusal) => void>();
  #running = 0;
  #isFull = false;

  constructor(
    private readonly wheel: TimerWheel,
    private readonly logger: MessagingLogger,
    private readonly limits: HandshakeLimits = DEFAULT_HANDSHAKE_LIMITS,
  ) {}

  /** Clients that wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Lets a handshake through its interceptors; at once, if none of them makes it wait. */
  begin(socket: Duplex, chain: HandshakeInterceptorChain, end: HandshakeEnd): void {
    if (this.#running >= this.limits.maxPending) {
      this.#tellFull();
      end.refuse(TOO_MANY);
      return;
    }
    const verdict = chain.before();
    if (isPromise(verdict)) this.#wait(socket, chain, end, verdict);
    else conclude(chain, end, verdict);
  }

  /** Answers every client that waits. What the interceptors are doing for them is not waited for. */
  refuseAll(refused: HandshakeRefusal): void {
    for (const refuse of this.#waiting) refuse(refused);
  }

  #wait(
    socket: Duplex,
    chain: HandshakeInterceptorChain,
    end: HandshakeEnd,
    verdict: Promise<HandshakeRefusal | undefined>,
  ): void {
    const settle = (act: () => void): void => {
      if (!this.#waiting.delete(refuse)) return;
      for (const event of SIGNS_OF_LEAVING) socket.off(event, onLeft);
      act();
    };
    const refuse = (refused: HandshakeRefusal): void =>
      settle(() => {
        end.refuse(refused);
        chain.after(new HandshakeError(refused.reason));
      });
    const onLeft = (): void =>
      settle(() => {
        socket.destroy();
        chain.after(new HandshakeError('The client has left'));
      });
    // Nobody else listens to a socket between HTTP and WebSocket, and it must not be read: frames may have arrived.
    for (const event of SIGNS_OF_LEAVING) socket.on(event, onLeft);
    this.#waiting.add(refuse);

    // A client that leaves does not stop the work begun for it. So its place is taken until that is done, or clients
    // that come and go could have any amount of it done at a time.
    let release = (): void => {
      this.#running--;
      if (this.#running <= this.limits.maxPending / 2) this.#isFull = false;
      release = () => undefined;
    };
    this.#running++;
    const timer = this.wheel.schedule(this.limits.timeLimitMs, () => {
      release();
      settle(() => {
        this.logger.warn(
          `Handshake interceptors took longer than ${this.limits.timeLimitMs} ms. Their client was refused with 503.`,
        );
        end.refuse(TOO_SLOW);
        chain.after(new HandshakeError(TOO_SLOW.reason));
      });
    });
    void verdict.then((judged) => {
      timer.cancel();
      release();
      settle(() => conclude(chain, end, judged));
    });
  }

  /** Once a flood, not once a client. */
  #tellFull(): void {
    if (this.#isFull) return;
    this.#isFull = true;
    this.logger.warn(
      `${this.limits.maxPending} handshakes wait for their interceptors. More are refused with 503 until some are done.`,
    );
  }
}

const SIGNS_OF_LEAVING = ['end', 'close', 'error'] as const;

const TOO_MANY = refusal(503, 'Too many handshakes are waiting', { 'Retry-After': '1' });

const TOO_SLOW = refusal(503, 'The handshake took too long', { 'Retry-After': '1' });

function conclude(
  chain: HandshakeInterceptorChain,
  end: HandshakeEnd,
  judged: HandshakeRefusal | undefined,
): void {
  if (judged !== undefined) end.refuse(judged);
  else chain.after(end.upgrade() ? undefined : new HandshakeError('The WebSocket could not be opened'));
}
