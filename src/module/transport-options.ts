import type { OverflowPolicy } from '../websocket/overflow-queue.js';

/** @publicApi */
export interface TransportOptions {
  /**
   * The largest body of a client's frame, in bytes. Header lines have limits of their own, see
   * `docs/errors.md`.
   *
   * @default 1048576 (1 MiB): above the 1023 KiB that StompJS's own tests send; Spring's is 65536 for a whole frame
   */
  readonly messageSizeLimit?: number;
  /**
   * How long bytes sent to a client may make no progress, in milliseconds, before it is given up with close
   * code 4500.
   *
   * @default 10000 as in Spring
   */
  readonly sendTimeLimit?: number;
  /**
   * How many bytes may wait for a client that reads slowly, behind the message that is being sent, before it is
   * given up with close code 4500.
   *
   * @default 524288 (512 KiB) as in Spring
   */
  readonly sendBufferSizeLimit?: number;
  /**
   * How long a client may take from the handshake to CONNECTED, in milliseconds. It is absolute: octets that
   * arrive meanwhile do not extend it.
   *
   * @default 60000 as in Spring, where it only concerns the first message of any kind
   */
  readonly timeToFirstMessage?: number;
  /**
   * Subscriptions that one session may hold at a time.
   *
   * @default 1000 as in vertx-stomp; Spring has no limit
   */
  readonly maxSubscriptions?: number;
  /**
   * Transactions that one session may have open at a time.
   *
   * @default 16 as in RabbitMQ; Spring has no transactions
   */
  readonly maxTransactions?: number;
  /**
   * Frames of one transaction.
   *
   * @default 1024 as in RabbitMQ
   */
  readonly maxTransactionFrames?: number;
  /**
   * Bodies and headers of the frames of one transaction, in bytes.
   *
   * @default 8388608 (8 MiB): eight messages of the largest size
   */
  readonly transactionSizeLimit?: number;
  /**
   * How long the octets of one frame may take to arrive, from the first to its NUL, in milliseconds. It is absolute:
   * neither octets that trickle in nor heart-beats extend it.
   *
   * @default 30000: a body of 1 MiB over a line of 280 kbit/s. No other server has such a limit; raise it with
   * `messageSizeLimit`
   */
  readonly frameTimeLimit?: number;
  /**
   * How much a session may send over time. What is over is not lost: the server stops reading until the client is back
   * within its rate, and only a client that stays over for long is ended.
   *
   * @default none. Sessions take turns, so one that sends much does not starve the others, and what is too much differs
   * between a browser and a gateway that carries a thousand users. For browsers, `{ framesPerSecond: 50, bytesPerSecond:
   * 262144 }` is generous.
   */
  readonly inboundRate?: InboundRateOptions;
  /**
   * Sessions of all endpoints of this process at a time, handshakes that wait included. Beyond that the client is
   * answered 503.
   *
   * @default 0, any number: how many fit depends on what they subscribe to, and on file descriptors
   */
  readonly maxSessions?: number;
  /**
   * Sessions in this process that one user may have at a time. The CONNECT of one more is answered with ERROR.
   *
   * @default 0, any number: each tab of a browser is one. Anonymous sessions are not counted
   */
  readonly maxSessionsPerUser?: number;
  /**
   * Sessions at a time from one address of the socket's peer, handshakes that wait included. Beyond that the client is
   * answered 503.
   *
   * @default 0, any number: behind a proxy all clients have the proxy's address, and offices share one
   */
  readonly maxSessionsPerAddress?: number;
  /**
   * Handshakes that all endpoints of this process take in a second; as many may come at once after a rest. Beyond that
   * the client is answered 503 with `Retry-After`, so that clients that all come back at the same time do not
   * overwhelm what their sessions need.
   *
   * @default 0, any number: a limit below what the application stands makes a restart take longer
   */
  readonly maxHandshakesPerSecond?: number;
  /**
   * How often a client from which nothing comes is sent a WebSocket ping, in milliseconds; 0 is never. When it has not
   * answered until the next one would be due, its connection is cut: it may have vanished without a word. Clients with
   * STOMP heart-beats are heard often enough not to be asked.
   *
   * @default 30000: below the idle time-outs of usual proxies, 60 s (nginx, AWS ALB). Spring has none
   */
  readonly pingInterval?: number;
  /** How sessions end when the application stops (`app.close()`, or a signal with `app.enableShutdownHooks()`). */
  readonly drain?: DrainOptions;
  /**
   * What becomes of messages for which a client that reads slowly has no room left (`sendBufferSizeLimit`): one policy for
   * all destinations, or a list, whose first match counts; what matches nothing is `'disconnect'`. A client that takes
   * nothing at all for `sendTimeLimit` is given up under every policy.
   *
   * @default 'disconnect' as Spring's default; its `DROP` drops the oldest of all
   */
  readonly overflow?: OverflowPolicy | readonly OverflowRule[];
}

/** @publicApi */
export interface OverflowRule {
  /** A pattern for destinations as the client sees them, such as `/topic/price.*`. */
  readonly destination: string;
  readonly policy: OverflowPolicy;
}

/** @publicApi */
export interface DrainOptions {
  /**
   * Over how long the ends of sessions are spread, in milliseconds, each at a random moment, so that clients that come
   * back do not all come at once. Sessions work until their moment; no new ones are let in. Stay below the time that
   * your platform gives a process to stop: Kubernetes 30 s, with `preStop` hooks in it.
   *
   * @default 0: all at once, as Spring does
   */
  readonly windowMs?: number;
  /**
   * How long, in milliseconds, the handlers of a session may finish with what has arrived before it ends. No more is
   * read meanwhile.
   *
   * @default 5000: a handler that takes longer hardly answers anybody
   */
  readonly graceMs?: number;
  /**
   * The WebSocket close code.
   *
   * @default 1012, service restart: clients come back, after a random while. 1001, going away, is what Spring sends
   */
  readonly code?: 1001 | 1012;
}

/** @publicApi */
export interface InboundRateOptions {
  /** STOMP frames a second. @default any number */
  readonly framesPerSecond?: number;
  /**
   * Octets a second. Every WebSocket message counts six more for its own head, so that empty ones and single line ends
   * are not free.
   *
   * @default any number
   */
  readonly bytesPerSecond?: number;
  /** How many seconds' worth may come at once after a rest. @default 10 */
  readonly burstSeconds?: number;
  /**
   * How long, in milliseconds, a client may be over its rate without a rest, in which half a burst comes back, before
   * its session ends with ERROR.
   *
   * @default 60000: long enough for what a client has piled up while it was away
   */
  readonly patience?: number;
}
