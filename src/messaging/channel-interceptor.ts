import type { MaybePromise } from './maybe-promise.js';
import type { Message } from './message.js';
import type { MessageChannel } from './message-channel.js';

/**
 * Stands on a channel and sees every message before and after its subscribers do. All methods are optional and
 * may be asynchronous; they are awaited.
 *
 * For one message: `preSend` in order of registration, the subscribers, `postSend` in order of registration,
 * `afterSendCompletion` in reverse order.
 *
 * @publicApi
 */
export interface ChannelInterceptor {
  /**
   * Lets the message pass (returns it), replaces it (returns another), vetoes it (returns `null`: no subscriber
   * sees it), or refuses it (throws: the client gets an ERROR frame and its session ends).
   *
   * Messages of one destination, or of one session, wait for each other here: do not await a send to the same
   * one.
   */
  preSend?(message: Message, channel: MessageChannel): MaybePromise<Message | null>;
  /**
   * Runs when every subscriber has finished. Throwing counts as a failure of the send.
   *
   * @param sent always `true`: a vetoed message does not get here
   */
  postSend?(message: Message, channel: MessageChannel, sent: boolean): MaybePromise<void>;
  /**
   * Runs last, also after a veto or a failure, but only for interceptors whose `preSend` had let the message
   * pass. What it throws is logged and swallowed.
   */
  afterSendCompletion?(
    message: Message,
    channel: MessageChannel,
    sent: boolean,
    error?: unknown,
  ): MaybePromise<void>;
}
