import type { Message } from '../messaging/message.js';
import type { MessageChannel, SendOutcome } from '../messaging/message-channel.js';
import { Recording } from './recording.js';

/**
 * A channel that leads nowhere and keeps what is sent on it.
 *
 * @publicApi
 */
export class RecordingChannel extends Recording implements MessageChannel {
  /** @param outcome what senders are told @default 'handled' */
  constructor(
    name = 'recordingChannel',
    private readonly outcome: SendOutcome = 'handled',
  ) {
    super(name);
  }

  send(message: Message): SendOutcome {
    this.keep(message);
    return this.outcome;
  }
}
