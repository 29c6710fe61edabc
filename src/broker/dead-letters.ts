import { LogBudget } from '../messaging/log-budget.js';
import { isPromise } from '../messaging/maybe-promise.js';
import type { Message } from '../messaging/message.js';
import type { MessageChannel } from '../messaging/message-channel.js';
import type { MessagingLogger } from '../messaging/messaging-logger.js';

/**
 * Why a message is given up: it was refused too often, not acknowledged in time too often, left behind by sessions that
 * ended too often, nobody is there to get it again, or nobody has room for it.
 */
export type DeadLetterReason = 'rejected' | 'timed-out' | 'ended' | 'no-consumer' | 'overflow';

/** Where messages go that nobody has acknowledged: to a destination of their own, or nowhere. */
export class DeadLetters {
  readonly #drops: LogBudget;

  /**
   * @param destination without it they are dropped
   * @param now milliseconds on a monotonic clock
   */
  constructor(
    private readonly channel: MessageChannel,
    private readonly destination: string | undefined,
    private readonly logger: MessagingLogger,
    now: () => number,
  ) {
    this.#drops = new LogBudget(now);
  }

  /** Sends a message on to the dead letters, with what it was for and why it is there. */
  take(message: Message<Uint8Array>, reason: DeadLetterReason): void {
    const { simpDestination = '', simpOrigDestination, contentType } = message.headers;
    const original = simpOrigDestination ?? simpDestination;
    // A dead letter that dies again would do so for ever.
    if (this.destination === undefined || simpDestination === this.destination) {
      this.#dropped(original, reason);
      return;
    }
    const nativeHeaders = new Map(message.headers.nativeHeaders)
      .set('original-destination', [original])
      .set('dead-letter-reason', [reason]);
    const fail = (error: unknown): void => {
      this.logger.error(`A dead letter was not sent to ${this.destination}: ${String(error)}`);
    };
    try {
      const sent = this.channel.send({
        payload: message.payload,
        headers: {
          simpMessageType: 'MESSAGE',
          simpDestination: this.destination,
          contentType,
          nativeHeaders,
        },
      });
      if (isPromise(sent)) sent.catch(fail);
    } catch (error) {
      fail(error);
    }
  }

  #dropped(destination: string, reason: DeadLetterReason): void {
    const line = `A message to ${JSON.stringify(destination.slice(0, 200))} was dropped: ${reason}.`;
    const left = this.#drops.spend();
    if (left === 'spent') this.logger.debug(line);
    else {
      const last = left === 'told' ? '' : ' Further ones of this minute are in the debug log.';
      const remedy =
        this.destination === undefined
          ? 'simpleBroker.deadLetterDestination would keep it.'
          : 'It was a dead letter.';
      this.logger.warn(`${line} ${remedy}${last}`);
    }
  }
}
