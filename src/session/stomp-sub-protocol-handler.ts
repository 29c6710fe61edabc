import { randomUUID } from 'node:crypto';
import type { BroadcastHandler, Receiver } from '../messaging/client-outbound-channel.js';
import { detached } from '../messaging/detached-text.js';
import type { Message } from '../messaging/message.js';
import type { MessagingLogger } from '../messaging/messaging-logger.js';
import type { HandshakeInfo } from '../messaging/simp-session.js';
import { textOfThrown } from '../messaging/thrown-text.js';
import type { SessionDrain } from './session-drain.js';
import { CloseCode } from './session-error.js';
import { MessageIds } from './message-ids.js';
import { MessageFrames } from './message-frames.js';
import { StompCounters } from './stomp-counters.js';
import type { SessionTransport } from './session-transport.js';
import { StompSession } from './stomp-session.js';
import type { StompSessionContext } from './stomp-session-context.js';

/**
 * Keeps the sessions, and is the subscriber of `clientOutboundChannel`: what arrives there becomes frames of the
 * sessions it is for.
 */
export class StompSubProtocolHandler implements BroadcastHandler {
  readonly #sessions = new Map<string, StompSession>();
  readonly #whenEmpty: (() => void)[] = [];
  readonly #onEnd = ({ id }: StompSession): void => {
    this.#sessions.delete(id);
    if (this.#sessions.size === 0) for (const resolve of this.#whenEmpty.splice(0)) resolve();
  };
  /** What messages are called; sessions have to know them again. */
  readonly messageIds = new MessageIds();

  constructor(
    private readonly logger: MessagingLogger,
    private readonly counters: StompCounters = new StompCounters(),
  ) {}

  /** Sessions that have not ended. */
  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** Begins a conversation on a connection that has just been accepted. */
  open(
    transport: SessionTransport,
    handshake: HandshakeInfo,
    attributes: Iterable<readonly [string, unknown]>,
    context: StompSessionContext,
  ): StompSession {
    // The id is put together of a dozen pieces, which a text would keep as long as nobody makes it one.
    const id = detached(randomUUID());
    const session = new StompSession(id, handshake, attributes, transport, context, this.#onEnd);
    this.#sessions.set(session.id, session);
    return session;
  }

  /**
   * Ends every session, e.g. when the application stops.
   *
   * @returns resolved when the application has finished with the end of each
   */
  closeAll(code: number = CloseCode.GOING_AWAY, reason = 'The server is going away'): Promise<void> {
    const ended = this.#ended();
    for (const session of this.#sessions.values()) session.close(code, reason, 'STOMP_CLOSE_SHUTDOWN');
    return ended;
  }

  /**
   * Ends every session as a drain sees fit.
   *
   * @returns resolved when the application has finished with the end of each
   */
  drain(drain: SessionDrain): Promise<void> {
    const ended = this.#ended();
    drain.begin(this.#sessions.values());
    return ended;
  }

  /** Octets that wait for the client of a session, where that is known. */
  waitingBytesOf(sessionId: string): number {
    return this.#sessions.get(sessionId)?.waitingBytes ?? 0;
  }

  /** Ends a session with an ERROR; nothing happens if it has ended. */
  fail(sessionId: string, error: Error): void {
    this.#sessions.get(sessionId)?.transportFailed(error);
  }

  handleMessage(message: Message): boolean {
    const { simpMessageType, simpSessionId = '', simpSubscriptionId, simpAckId } = message.headers;
    const session = this.#sessions.get(simpSessionId);
    if (session === undefined) return false;
    if (simpMessageType === 'CONNECT_ACK') return session.connected(message);
    if (simpMessageType !== 'MESSAGE' || simpSubscriptionId === undefined || !hasBytes(message)) {
      this.logger.error(
        `A ${simpMessageType} without bytes or subscription was sent to session ${simpSessionId}`,
      );
      return false;
    }
    const messageId = this.messageIds.next();
    const ackId =
      simpAckId ??
      (session.acknowledges(simpSubscriptionId) ? this.messageIds.unawaitedAckId(messageId) : undefined);
    const frame = new MessageFrames(message, messageId).for(session.version, simpSubscriptionId, ackId);
    const isSent = session.deliver(frame, simpSubscriptionId);
    this.#count(1, isSent ? 1 : 0, isSent ? frame.byteLength : 0);
    return isSent;
  }

  handleBroadcast(message: Message<Uint8Array>, receivers: Iterable<Receiver>): void {
    const frames = new MessageFrames(message, this.messageIds.next());
    const isForOne = Array.isArray(receivers) && receivers.length === 1;
    let asked = 0;
    let sent = 0;
    let bytes = 0;
    for (const { sessionId, subscriptionId } of receivers) {
      asked++;
      const session = this.#sessions.get(sessionId);
      if (session === undefined) continue;
      try {
        const frame = isForOne
          ? frames.forOnly(session.version, subscriptionId)
          : frames.for(session.version, subscriptionId);
        if (!session.deliver(frame, subscriptionId)) continue;
        sent++;
        bytes += frame.byteLength;
      } catch (error) {
        this.logger.error(`A message was not delivered to session ${sessionId}. ${textOfThrown(error)}`);
      }
    }
    this.#count(asked, sent, bytes);
  }

  /** Once a broadcast, not once a receiver. */
  #count(asked: number, sent: number, bytes: number): void {
    this.counters.sent('MESSAGE', bytes, sent);
    this.counters.deliveriesDropped += asked - sent;
  }

  #ended(): Promise<void> {
    if (this.#sessions.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenEmpty.push(resolve));
  }
}

function hasBytes(message: Message): message is Message<Uint8Array> {
  return message.payload instanceof Uint8Array;
}
