import type { StompFrame } from '../protocol/stomp-frame.js';
import type { CloseStatus } from '../session/stomp-event.js';
import { firstValues } from './client-frames.js';
import { Inbox } from './inbox.js';
import type { Patience } from './patience.js';
import { closeLine, errorLine } from './stomp-test-error.js';
import { StompTestMessage } from './stomp-test-message.js';

interface Subscribed {
  readonly destination: string;
  readonly inbox: Inbox<StompTestMessage>;
}

/** Sorts what a client receives by what it is for. */
export class ClientInboxes {
  readonly errors: Inbox<StompFrame>;
  readonly #receipts = new Set<string>();
  readonly #subscribed = new Map<string, Subscribed>();
  readonly #errorLines: string[] = [];
  #strays = 0;
  #close: CloseStatus | undefined;

  constructor(private readonly patience: Patience) {
    this.errors = new Inbox(patience);
  }

  /** Opens the inbox of a subscription. */
  open(id: string, destination: string): Inbox<StompTestMessage> {
    const inbox = new Inbox<StompTestMessage>(this.patience);
    this.#subscribed.set(id, { destination, inbox });
    return inbox;
  }

  /** Nothing more comes for a subscription. What has come can still be read. */
  shut(id: string): void {
    this.#subscribed.get(id)?.inbox.complete();
    this.#subscribed.delete(id);
  }

  put(frame: StompFrame): void {
    const { command, headers, body } = frame;
    if (command === 'RECEIPT') this.#receipts.add(headers.get('receipt-id') ?? '');
    else if (command === 'ERROR') {
      this.#errorLines.push(errorLine(frame));
      this.errors.put(frame);
    } else if (command === 'MESSAGE') {
      const inbox = this.#subscribed.get(headers.get('subscription') ?? '')?.inbox;
      if (inbox === undefined) this.#strays++;
      else inbox.put(new StompTestMessage(headers.get('destination') ?? '', firstValues(headers), body));
    }
  }

  /** Whether a RECEIPT has come; it counts once. */
  takeReceipt(id: string): boolean {
    return this.#receipts.delete(id);
  }

  /** Nothing more comes at all. */
  complete(status: CloseStatus): void {
    this.#close = status;
    this.errors.complete();
    for (const { inbox } of this.#subscribed.values()) inbox.complete();
  }

  /** What has come so far, for the reader of a failed test. */
  situation(): string {
    const unread = [...this.#subscribed.values()]
      .filter(({ inbox }) => inbox.size > 0)
      .map(({ destination, inbox }) => `${inbox.size} on ${destination}`);
    if (this.#strays > 0) unread.push(`${this.#strays} for subscriptions made by sendRaw`);
    const sentences = [
      unread.length === 0 ? 'No message is unread' : `Unread messages: ${unread.join(', ')}`,
      this.#errorLines.length === 0
        ? 'There was no ERROR frame'
        : `ERROR frame: ${this.#errorLines.join('; ')}`,
    ];
    if (this.#close !== undefined)
      sentences.push(`The connection has been closed with ${closeLine(this.#close)}`);
    return `${sentences.join('. ')}.`;
  }
}
