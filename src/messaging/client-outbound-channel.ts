import { withHeaders, type Message } from './message.js';
import type { MessageHandler } from './message-channel.js';
import type { MessagingLogger } from './messaging-logger.js';
import { SubscribableChannel } from './subscribable-channel.js';
import { textOfThrown } from './thrown-text.js';

/**
 * One place a broadcast goes to.
 *
 * @publicApi
 */
export interface Receiver {
  readonly sessionId: string;
  readonly subscriptionId: string;
}

/** A subscriber of the outbound channel that can take a message for many receivers at once. */
export interface BroadcastHandler extends MessageHandler {
  /** Delivers one payload to every receiver; a receiver that fails costs the others nothing. */
  handleBroadcast(message: Message<Uint8Array>, receivers: Iterable<Receiver>): void;
}

/** Looks at a broadcast and at every one of its receivers. */
export type BroadcastListener = (message: Message<Uint8Array>, receivers: Iterable<Receiver>) => void;

/**
 * `clientOutboundChannel`: what leaves for clients. Order is kept for each session.
 *
 * A broadcast passes as one message with many receivers, so that it can be encoded once. Only when interceptors
 * stand on the channel is it split into a message for each receiver, because each of them may be looked at,
 * changed or vetoed on its own.
 */
export class ClientOutboundChannel extends SubscribableChannel {
  readonly #broadcastListeners = new Set<BroadcastListener>();

  constructor(
    logger: MessagingLogger,
    private readonly broadcastHandler: BroadcastHandler,
  ) {
    super('clientOutboundChannel', logger, (message) => message.headers.simpSessionId);
    this.subscribe(broadcastHandler);
  }

  broadcast(message: Message<Uint8Array>, receivers: Iterable<Receiver>): void {
    if (!this.hasInterceptors) {
      this.#passWhole(message, receivers);
      return;
    }
    for (const { sessionId, subscriptionId } of receivers) {
      const sent = this.send(
        withHeaders(message, { simpSessionId: sessionId, simpSubscriptionId: subscriptionId }),
      );
      Promise.resolve(sent).catch((error: unknown) => {
        this.logger.error(`A message for session ${sessionId} was not sent: ${textOfThrown(error)}`);
      });
    }
  }

  /**
   * Tells a listener of broadcasts that pass as one message: other subscribers never see them. The answer takes it
   * away again.
   */
  onBroadcast(listener: BroadcastListener): () => void {
    this.#broadcastListeners.add(listener);
    return () => this.#broadcastListeners.delete(listener);
  }

  #passWhole(message: Message<Uint8Array>, receivers: Iterable<Receiver>): void {
    if (this.#broadcastListeners.size === 0) {
      this.broadcastHandler.handleBroadcast(message, receivers);
      return;
    }
    // Receivers may be counted out only once.
    const all = [...receivers];
    for (const listener of this.#broadcastListeners) listener(message, all);
    this.broadcastHandler.handleBroadcast(message, all);
  }
}
