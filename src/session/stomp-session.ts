import { isPromise, type MaybePromise } from '../messaging/maybe-promise.js';
import type { Message } from '../messaging/message.js';
import type { SendOutcome } from '../messaging/message-channel.js';
import type { Principal } from '../messaging/principal.js';
import type { HandshakeInfo, SimpSession } from '../messaging/simp-session.js';
import { parseHeartBeat } from '../protocol/heart-beat.js';
import { encodeFrame } from '../protocol/stomp-encoder.js';
import type { StompFrame } from '../protocol/stomp-frame.js';
import { negotiateVersion, type StompVersion } from '../protocol/stomp-version.js';
import { acknowledgementOf, requireKnownDelivery } from './acknowledgement.js';
import { EncodedFrame, HEART_BEAT_FRAME } from './encoded-frame.js';
import { FramePump, type FramePumpPort } from './frame-pump.js';
import { connectMessageOf, disconnectMessageOf, messageOf } from './frame-messages.js';
import { connectRefusal } from './connect-refusal.js';
import { connectHeartBeats, serverHeartBeatOf } from './connect-heart-beats.js';
import type { HeartBeatPort, HeartBeats } from './heart-beats.js';
import { requireConversation, requireDestination, requireHandled } from './frame-checks.js';
import { InboundFrames, type InboundFramesPort } from './inbound-frames.js';
import { CloseCode, receiptOf, reportOf, SessionError } from './session-error.js';
import {
  connectedFrame,
  errorFrame,
  receiptFrame,
  SUPPORTED_VERSIONS,
  trimmedFrame,
  unsupportedVersionFrame,
  withoutEscapes,
} from './session-frames.js';
import { DRAIN_MS } from './session.constants.js';
import { FailedFrames, type FailedFramesPort } from './failed-frames.js';
import { mayOutlive } from './frame-failure.js';
import { whenExpired } from './principal-expiry.js';
import { SessionLifecycle } from './session-lifecycle.js';
import { SessionLog } from './session-log.js';
import type { SessionState } from './session-state.js';
import { SessionSubscriptions } from './session-subscriptions.js';
import { isOfTransaction, SessionTransactions } from './session-transactions.js';
import { SessionTimers } from './session-timers.js';
import type { StompSessionContext } from './stomp-session-context.js';
import type { CloseStatus } from './stomp-event.js';
import type { SessionTransport } from './session-transport.js';

/**
 * One STOMP conversation: the decoder's frames in order, each handled completely before the next is looked at;
 * receipts after the effect; at most one ERROR, then the end (STOMP 1.2, ERROR).
 */
export class StompSession implements SimpSession {
  /** What the parts of a session ask of it: one object, where a closure for each question would be a dozen. */
  static readonly #Port = class implements FramePumpPort, InboundFramesPort, FailedFramesPort, HeartBeatPort {
    constructor(readonly session: StompSession) {}

    isOpen(): boolean {
      return this.session.#state !== 'ended';
    }
    isListening(): boolean {
      return !this.session.#pump.isPaused;
    }
    handle(frame: StompFrame): MaybePromise<void> {
      return this.session.#handle(frame);
    }
    fail(error: unknown, frame: StompFrame | undefined): MaybePromise<void> {
      return this.session.#fail(error, frame);
    }
    end(error: unknown, frame: StompFrame): void {
      this.session.#end(error, frame);
    }
    broken(error: unknown): void {
      this.session.#log.broken(error);
      this.session.close(CloseCode.INTERNAL_ERROR, '', 'STOMP_ERR_INTERNAL');
    }
    rested(): void {
      if (this.session.#transportGone) this.session.close();
    }
    sendReceipt(frame: StompFrame): boolean {
      return this.session.#sendReceipt(frame);
    }
    changed(message: Message, outcome: SendOutcome, isLive: boolean): void {
      if (this.isOpen()) this.session.#lifecycle.subscriptionChanged(message, outcome, isLive);
    }
    sendHeartBeat(): void {
      this.session.#transport.send(HEART_BEAT_FRAME);
    }
    onSilence(silentMs: number): void {
      this.session.#end(SessionError.heartBeatLost(silentMs));
    }
  };

  readonly attributes: Map<string, unknown>;
  // Private to the language, not only to the compiler: messages carry their session, and people print messages.
  readonly #transport: SessionTransport;
  readonly #context: StompSessionContext;
  readonly #onEnd: (session: StompSession) => void;
  readonly #pump: FramePump;
  readonly #subscriptions: SessionSubscriptions;
  readonly #timers: SessionTimers;
  /** Made with the first frame of one. */
  #transactions: SessionTransactions | undefined;
  readonly #lifecycle: SessionLifecycle;
  readonly #log: SessionLog;
  #heartBeats: HeartBeats | undefined;
  #state: SessionState = 'awaiting-connect';
  #version: StompVersion = '1.2';
  #user: Principal | undefined;
  readonly #inbound: InboundFrames;
  #farewell: Promise<void> | undefined;
  #transportGone = false;
  #connectAnswered: (() => void) | undefined;
  readonly #port = new StompSession.#Port(this);

  /** @param onEnd called once, when the conversation is over and the application has been told */
  constructor(
    readonly id: string,
    readonly handshake: HandshakeInfo,
    attributes: Iterable<readonly [string, unknown]>,
    transport: SessionTransport,
    context: StompSessionContext,
    onEnd: (session: StompSession) => void,
  ) {
    this.attributes = new Map(attributes);
    this.#transport = transport;
    this.#context = context;
    this.#onEnd = onEnd;
    this.#user = handshake.user;
    this.#subscriptions = new SessionSubscriptions(context.maxSubscriptions, transport);
    this.#lifecycle = new SessionLifecycle(this, context.events, context.counters);
    this.#log = new SessionLog(id, context.logger, context.wheel);
    this.#inbound = new InboundFrames(context, this.#log, this.#port);
    this.#pump = new FramePump(this.#port, transport, context);
    this.#timers = new SessionTimers(context.wheel);
    const { timeToConnectMs } = context;
    this.#timers.after(timeToConnectMs, () => this.#end(SessionError.connectTimeout(timeToConnectMs)));
  }

  get user(): Principal | undefined {
    return this.#user;
  }

  get version(): StompVersion {
    return this.#version;
  }

  get subscriptions(): ReadonlyMap<string, string> {
    return this.#subscriptions.live;
  }

  close(code: number = CloseCode.NORMAL, reason = '', cause = 'STOMP_CLOSE_BY_SERVER'): void {
    this.#lifecycle.closingFromHere({ code, reason }, cause);
    if (this.#state !== 'ended') {
      this.#farewell = this.#leave(disconnectMessageOf(this)).finally(() => (this.#farewell = undefined));
    }
    this.#transport.close(code, reason);
  }

  /** Resolved when all that has arrived, or the end, is dealt with; `undefined` when there is nothing to wait for. */
  whenIdle(withSubscribes = false): Promise<void> | undefined {
    const busy = this.#pump.whenRested() ?? this.#inbound.whenSettled(withSubscribes) ?? this.#farewell;
    return busy?.then(() => this.whenIdle(withSubscribes));
  }

  /** Reads nothing more from now on; {@link whenIdle} tells when what has arrived is dealt with. */
  hold(): void {
    this.#pump.hold();
  }

  /** Octets from the client, cut anywhere. */
  receive(chunk: Uint8Array): void {
    if (this.#state === 'ended') return;
    this.#context.counters.bytesIn += chunk.length;
    this.#heartBeats?.received();
    this.#pump.push(chunk);
  }

  /**
   * The connection is gone. Frames that had arrived before are still handled, for a while (STOMP checklist
   * A122).
   *
   * @param status what the close frame said
   * @param cause of the loss, where the status does not tell it
   */
  transportClosed(status: CloseStatus = { code: 1006, reason: '' }, cause?: string): void {
    if (this.#transportGone || this.#state === 'ended') return;
    this.#lifecycle.closing(status, cause);
    this.#transportGone = true;
    this.#heartBeats?.stop();
    if (!this.#pump.isBusy || this.#state === 'connecting') this.close();
    else this.#timers.after(DRAIN_MS, () => this.close());
  }

  /** Octets that wait for the client, where that is known. */
  get waitingBytes(): number {
    return this.#transport.waitingBytes ?? 0;
  }

  /** The session cannot go on: the peer broke the rules of the layer below, or a broker elsewhere does not serve it. */
  transportFailed(error: Error): void {
    this.#end(error);
  }

  /**
   * The broker's answer to CONNECT.
   *
   * @returns whether it was still waited for: the client may have left
   */
  connected(answer: Message): boolean {
    if (this.#state !== 'connecting') return false;
    const connect = answer.headers.simpConnectMessage;
    const server = serverHeartBeatOf(answer);
    this.#user = connect?.headers.simpUser;
    const refused = connectRefusal(this.#user, this.#context);
    if (refused !== undefined) {
      void this.#fail(refused);
      return false;
    }
    if (connect !== undefined) this.#lifecycle.connectAccepted(connect);
    // One of its listeners may have ended the session, which must not come to life again.
    if ((this.#state as SessionState) === 'ended') return false;
    this.#state = 'connected';
    this.#timers.cancelAll();
    this.#pump.connected(this.#version, this.#context.limits);
    this.#sendFrame(connectedFrame(this.#version, this.id, server, this.#user));
    this.#heartBeats = connectHeartBeats(connect, server, this.#version, this.#context.wheel, this.#port);
    whenExpired(this.#user, this.#timers, () => this.#end(SessionError.principalExpired()));
    this.#lifecycle.connected(answer, this.#version);
    this.#connectAnswered?.();
    return true;
  }

  /** Whether a MESSAGE of a subscription needs a header to be acknowledged by (STOMP 1.2, MESSAGE). */
  acknowledges(subscriptionId: string): boolean {
    return this.#version === '1.2' && this.#subscriptions.acknowledges(subscriptionId);
  }

  /**
   * Sends a MESSAGE, if its subscription still stands.
   *
   * @returns whether it did
   */
  deliver(frame: EncodedFrame, subscriptionId: string): boolean {
    if (this.#state !== 'connected' || !this.#subscriptions.isOpen(subscriptionId)) return false;
    this.#heartBeats?.sent();
    this.#transport.send(frame);
    return true;
  }

  /** The gate: what each state understands, then a method a verb. */
  // oxlint-disable-next-line no-unused-private-class-members -- #Port uses it
  #handle(frame: StompFrame): MaybePromise<void> {
    const { command } = frame;
    this.#context.counters.framesIn[command]++;
    if (this.#state === 'awaiting-connect') {
      if (command === 'CONNECT' || command === 'STOMP') return this.#connect(frame);
      throw new SessionError('STOMP_ERR_NOT_CONNECTED', `${command} before CONNECT`);
    }
    requireConversation(command);
    if (isOfTransaction(frame)) return this.#handleTransaction(frame);
    switch (command) {
      case 'SEND':
        return this.#sendToApplication(frame);
      case 'SUBSCRIBE':
        return this.#subscribe(frame);
      case 'UNSUBSCRIBE':
        return this.#unsubscribe(frame);
      case 'DISCONNECT':
        return this.#disconnect(frame);
      case 'ACK':
      case 'NACK':
        return this.#acknowledge(frame);
      default:
        return this.#handleTransaction(frame);
    }
  }

  #connect(frame: StompFrame): MaybePromise<void> {
    this.#lifecycle.connectAsked();
    const version = negotiateVersion(frame.headers.get('accept-version'));
    if (version === undefined) {
      this.#sendFrame(unsupportedVersionFrame(), true);
      this.#log.ended({ code: 'STOMP_ERR_VERSION', message: `none of ${SUPPORTED_VERSIONS} accepted` });
      this.close(CloseCode.PROTOCOL_ERROR, 'Unsupported STOMP version', 'STOMP_ERR_VERSION');
      return undefined;
    }
    this.#version = version;
    const connect = version === '1.0' ? trimmedFrame(frame) : frame;
    // An unreadable heart-beat is refused before the application sees the CONNECT; 1.0 knows no such header.
    if (version !== '1.0') parseHeartBeat(connect.headers.get('heart-beat'));
    this.#state = 'connecting';
    const message = connectMessageOf(connect, this);
    const accept = (outcome: SendOutcome): MaybePromise<void> => {
      requireHandled('CONNECT', outcome);
      if (this.#state !== 'ended') this.#lifecycle.connectAccepted(message);
      // A broker elsewhere answers later; the frames behind CONNECT wait for it (STOMP checklist A15).
      return this.#state === 'connecting'
        ? new Promise((resolve) => (this.#connectAnswered = resolve))
        : undefined;
    };
    const sent = this.#context.inbound.send(message);
    return isPromise(sent) ? sent.then(accept) : accept(sent);
  }

  #sendToApplication(frame: StompFrame): MaybePromise<void> {
    requireDestination(frame);
    return this.#inbound.sendSend(messageOf(frame, this), frame);
  }

  #subscribe(frame: StompFrame): MaybePromise<void> {
    requireDestination(frame);
    const id = this.#subscriptions.add(frame, this.#version);
    return this.#inbound.sendSubscribe(messageOf(frame, this, id), frame, (outcome) =>
      this.#subscriptions.settle(id, outcome === 'handled'),
    );
  }

  #unsubscribe(frame: StompFrame): MaybePromise<void> {
    const id = this.#subscriptions.named(frame, this.#version);
    if (id === undefined) return this.#log.surplus(frame);
    return this.#inbound.send(messageOf(frame, this, id), frame, () => this.#subscriptions.remove(id));
  }

  /** Frames behind a DISCONNECT are not looked at; its receipt is the last frame (STOMP 1.2, DISCONNECT). */
  async #disconnect(frame: StompFrame): Promise<void> {
    const others = this.#inbound.whenSettled();
    if (others !== undefined) {
      await others;
      if (this.#state === 'ended') return;
    }
    // Whoever never finishes with the end of a session does not keep its connection.
    this.#lifecycle.closing({ code: CloseCode.NORMAL, reason: '' }, 'STOMP_CLOSE_NORMAL');
    const patience = this.#context.wheel.schedule(DRAIN_MS, () => this.close());
    await this.#leave(messageOf(frame, this));
    patience.cancel();
    this.#sendReceipt(frame, true);
    this.#transport.close(CloseCode.NORMAL, '');
  }

  #acknowledge(frame: StompFrame): MaybePromise<void> {
    const { id, message } = acknowledgementOf(frame, this, this.#version);
    if (this.#context.messageIds.isUnawaited(id, this.#version === '1.2'))
      return void this.#sendReceipt(frame);
    return this.#inbound.send(message, frame, (outcome) => {
      requireKnownDelivery(frame.command, outcome);
      return false;
    });
  }

  #handleTransaction(frame: StompFrame): MaybePromise<void> {
    this.#transactions ??= new SessionTransactions(this, this.#context, this.#log, this.#port);
    return this.#transactions.handle(frame, this.#version);
  }

  /** A frame has failed. Either that is told and the session lives on, or it is the end. */
  #fail(error: unknown, frame?: StompFrame): MaybePromise<void> {
    if (this.#state === 'ended') return undefined;
    this.#context.counters.refusals.add(reportOf(error).code);
    const isBegun = this.#state === 'connected' && frame !== undefined;
    if (!isBegun || !mayOutlive(error, frame, this.#context.rejections)) return this.#end(error, frame);
    this.#subscriptions.failed(frame, this.#version);
    return new FailedFrames(this, this.#context, this.#log, this.#port).tell(error, frame);
  }

  /** One ERROR, one log line, the close; then nothing of this client is looked at any more. */
  #end(error: unknown, frame?: StompFrame): void {
    if (this.#state === 'ended') return;
    const report = this.#state === 'connected' ? reportOf(error) : withoutEscapes(reportOf(error));
    this.#sendFrame(errorFrame(report, receiptOf(error, frame)), true);
    this.#log.ended(report, error);
    this.close(report.closeCode, report.message, report.code);
  }

  /** Takes the session out of the application, once, however it ended. */
  async #leave(farewell: Message): Promise<void> {
    this.#state = 'ended';
    this.#timers.cancelAll();
    this.#pump.stop();
    this.#heartBeats?.stop();
    this.#subscriptions.clear();
    this.#transactions?.clear();
    this.#connectAnswered?.();
    try {
      await this.#context.inbound.send(farewell);
    } catch (error) {
      this.#log.farewellFailed(error);
    }
    await this.#lifecycle.disconnected(farewell);
    this.#onEnd(this);
  }

  /** @returns whether the client asked for it */
  #sendReceipt({ headers }: StompFrame, isLast?: boolean): boolean {
    const receipt = headers.get('receipt');
    if (receipt !== undefined) this.#sendFrame(receiptFrame(receipt), isLast);
    return receipt !== undefined;
  }

  #sendFrame(frame: StompFrame, isLast?: boolean): void {
    this.#heartBeats?.sent();
    const encoded = new EncodedFrame([encodeFrame(frame, this.#version)], false, undefined, isLast);
    this.#context.counters.sent(frame.command, encoded.byteLength);
    this.#transport.send(encoded);
  }
}
