import type { MaybePromise } from './maybe-promise.js';
import type { Message } from './message.js';

/**
 * What became of a message sent on a channel: a subscriber took it, none of them did, or an interceptor vetoed
 * it before they saw it.
 *
 * @publicApi
 */
export type SendOutcome = 'handled' | 'unhandled' | 'vetoed';

/**
 * A way of messages from those who send to those who have subscribed; neither knows the other.
 *
 * @publicApi
 */
export interface MessageChannel {
  readonly name: string;
  /**
   * Sends a message to every subscriber. The answer comes when all of them have finished with it; it is a
   * promise only if somebody on the way was asynchronous.
   *
   * @throws MessageDeliveryError when an interceptor refused the message by throwing
   * @throws whatever a subscriber threw; every subscriber has been called by then
   */
  send(message: Message): MaybePromise<SendOutcome>;
}

/** A channel that can send messages all or none. */
export interface TransactionalChannel extends MessageChannel {
  /**
   * Lets interceptors look at every message, and handlers that can tell what they will refuse, before any of them is
   * sent; then sends them one after the other.
   *
   * @returns what became of each
   * @throws {Error} with a code, when an interceptor or a handler refuses one; none is sent then
   * @throws what a subscriber threw, the first of them; every message has been sent by then
   */
  sendAll(messages: readonly Message[]): MaybePromise<readonly SendOutcome[]>;
}

/** A subscriber of a channel. */
export interface MessageHandler {
  /**
   * Looks at a message and decides whether it is its own, by type and destination.
   *
   * @returns whether it was
   */
  handleMessage(message: Message): MaybePromise<boolean>;
  /**
   * Looks at a message of a transaction before any message of that is sent.
   *
   * @throws what {@link handleMessage} would throw, if that is known beforehand
   */
  checkMessage?(message: Message): void;
}
