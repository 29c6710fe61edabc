import type { MaybePromise } from '../messaging/maybe-promise.js';
import type { Message } from '../messaging/message.js';
import type { SendOutcome } from '../messaging/message-channel.js';
import type { SimpSession } from '../messaging/simp-session.js';
import type { StompVersion } from '../protocol/stomp-version.js';
import { causeOfLoss, closeCause, type CloseCause } from './close-cause.js';
import { sendableCloseCode } from './session-error.js';
import type { StompCounters } from './stomp-counters.js';
import {
  SessionConnectedEvent,
  SessionConnectEvent,
  SessionDisconnectEvent,
  SessionSubscribedEvent,
  SessionSubscribeEvent,
  SessionUnsubscribedEvent,
  SessionUnsubscribeEvent,
  type CloseStatus,
} from './stomp-event.js';
import type { StompEventPublisher } from './stomp-event-bus.js';

/** Tells the events of one session, each once and in order, and counts what becomes of it. */
export class SessionLifecycle {
  #isConnectAsked = false;
  #isConnectTold = false;
  #connectedWith: StompVersion | undefined;
  #end: { readonly status: CloseStatus; readonly cause: string } | undefined;

  constructor(
    private readonly session: SimpSession,
    private readonly events: StompEventPublisher,
    private readonly counters: StompCounters,
  ) {
    counters.sessionsOpened++;
  }

  /** The client has sent CONNECT. */
  connectAsked(): void {
    this.#isConnectAsked = true;
  }

  /** CONNECT has passed the interceptors. A broker in this process has answered it before that is known here. */
  connectAccepted(connect: Message): void {
    if (this.#isConnectTold) return;
    this.#isConnectTold = true;
    void this.events.publish(new SessionConnectEvent(this.session, connect));
  }

  connected(answer: Message, version: StompVersion): void {
    this.#connectedWith = version;
    this.counters.connected[version]++;
    this.counters.connectsAccepted++;
    void this.events.publish(new SessionConnectedEvent(this.session, answer));
  }

  /**
   * A SUBSCRIBE or UNSUBSCRIBE has been dealt with, and its receipt has been sent.
   *
   * @param isLive whether the subscription is live, or was until now
   */
  subscriptionChanged(message: Message, outcome: SendOutcome, isLive: boolean): void {
    const { simpMessageType } = message.headers;
    if (outcome === 'vetoed') return;
    if (simpMessageType === 'SUBSCRIBE') {
      void this.events.publish(new SessionSubscribeEvent(this.session, message));
      if (isLive) void this.events.publish(new SessionSubscribedEvent(this.session, message));
    } else if (simpMessageType === 'UNSUBSCRIBE') {
      void this.events.publish(new SessionUnsubscribeEvent(this.session, message));
      if (isLive) void this.events.publish(new SessionUnsubscribedEvent(this.session, message));
    }
  }

  /**
   * Keeps why the connection ends; the first reason is the true one.
   *
   * @param cause a code of `docs/errors.md` @default what the status of a connection that is gone says
   */
  closing(status: CloseStatus, cause: string = causeOfLoss(status.code)): void {
    this.#end ??= { status, cause };
  }

  /** @throws RangeError when the code is none that may be sent */
  closingFromHere({ code, reason }: CloseStatus, cause: string): void {
    this.closing({ code: sendableCloseCode(code), reason }, cause);
  }

  disconnected(farewell: Message): MaybePromise<void> {
    const { status, cause } = this.#end ?? { status: { code: 1006, reason: '' }, cause: 'STOMP_CLOSE_GONE' };
    const why = closeCause(cause);
    this.#count(why);
    return this.events.publish(new SessionDisconnectEvent(this.session, farewell, status, why));
  }

  #count({ code, initiator }: CloseCause): void {
    this.counters.closes.add(code);
    if (this.#connectedWith !== undefined) this.counters.connected[this.#connectedWith]--;
    // Whoever left while its CONNECT was looked at has not been refused.
    else if (this.#isConnectAsked && initiator === 'server') this.counters.connectsRefused++;
  }
}
