import type { Message } from '../messaging/message.js';
import { Inbox } from './inbox.js';
import { Patience } from './patience.js';
import { StompTestMessage } from './stomp-test-message.js';

/**
 * A message as it passed on a channel. `headers` are its STOMP headers.
 *
 * @publicApi
 */
export class RecordedMessage extends StompTestMessage {
  constructor(readonly message: Message) {
    const { payload, headers } = message;
    const { contentType, nativeHeaders, simpDestination = '' } = headers;
    const lines = [...nativeHeaders].map(([name, [value = '']]): [string, string] => [name, value]);
    if (contentType !== undefined) lines.push(['content-type', contentType]);
    super(
      simpDestination,
      Object.fromEntries(lines),
      payload instanceof Uint8Array ? Buffer.from(payload) : Buffer.alloc(0),
    );
  }
}

/**
 * What has passed on a channel.
 *
 * @publicApi
 */
export class Recording {
  readonly #messages: RecordedMessage[] = [];
  readonly #unread: Inbox<RecordedMessage>;

  constructor(
    readonly name: string,
    patience: Patience = new Patience(),
  ) {
    this.#unread = new Inbox(patience);
  }

  /** Everything since the beginning or the last {@link clear}. */
  get messages(): readonly RecordedMessage[] {
    return this.#messages;
  }

  /**
   * The next message that this has not given yet, as soon as it is there.
   *
   * @throws Error when none comes in time
   */
  next(): Promise<RecordedMessage> {
    return this.#unread.take(() => {
      const destinations = this.#messages.map(({ destination }) => destination).join(', ') || 'none';
      return `No further message on ${this.name}. Recorded so far, all given: ${destinations}.`;
    });
  }

  /** Forgets what has passed. */
  clear(): void {
    this.#messages.splice(0);
    this.#unread.takeAll();
  }

  protected keep(message: Message): void {
    const recorded = new RecordedMessage(message);
    this.#messages.push(recorded);
    this.#unread.put(recorded);
  }
}
