import type { CompositeMessageConverter } from '../messaging/composite-message-converter.js';
import { isPromise, type MaybePromise } from '../messaging/maybe-promise.js';
import type { FirstMessage, Message } from '../messaging/message.js';
import { NO_NATIVE_HEADERS } from '../messaging/native-headers.js';
import type { SnapshotThenLive } from './snapshot-then-live.js';

/** The snapshot as the first message of a subscription, under the destination that the client knows. */
export class SnapshotMessage implements FirstMessage {
  #snapshot: unknown;
  #sent: Promise<boolean> | undefined;

  /** @param subscribe what the client sent */
  constructor(
    private readonly live: SnapshotThenLive,
    private readonly subscribe: Message,
    private readonly converter: CompositeMessageConverter,
  ) {}

  /** @throws MessageConversionError when no converter can write the snapshot */
  take(): MaybePromise<Message<Uint8Array> | undefined> {
    const snapshot = this.live.takeSnapshot();
    return isPromise(snapshot) ? snapshot.then((value) => this.#written(value)) : this.#written(snapshot);
  }

  includes(message: Message<Uint8Array>): boolean {
    return this.live.includes(message, this.#snapshot);
  }

  waitFor(sent: Promise<boolean>): void {
    this.#sent = sent;
    // Nobody will ask for it when the SUBSCRIBE fails for another reason.
    sent.catch(() => undefined);
  }

  /** What the broker makes the client's SUBSCRIBE wait for, if anything. */
  get sent(): Promise<boolean> | undefined {
    return this.#sent;
  }

  #written(snapshot: unknown): Message<Uint8Array> | undefined {
    this.#snapshot = snapshot;
    if (snapshot === null || snapshot === undefined) return undefined;
    const { payload, contentType } = this.converter.toMessage(snapshot);
    const { simpDestination, simpSessionId, simpSubscriptionId } = this.subscribe.headers;
    return {
      payload,
      headers: {
        simpMessageType: 'MESSAGE',
        simpDestination,
        simpSessionId,
        simpSubscriptionId,
        contentType,
        nativeHeaders: NO_NATIVE_HEADERS,
      },
    };
  }
}
