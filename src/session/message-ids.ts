import { randomBytes } from 'node:crypto';

/** What follows a message-id to make the `ack` header of a delivery that nobody waits to be acknowledged. */
const UNAWAITED = '-0';

/**
 * Names for messages, and the way to know them again. Letters, digits and dashes only: some clients mistake more
 * (STOMP checklist A113).
 */
export class MessageIds {
  readonly #prefix = `${randomBytes(6).toString('hex')}-`;
  #count = 0;

  next(): string {
    return `${this.#prefix}${this.#count++}`;
  }

  /**
   * The `ack` header for a message that no broker waits to be acknowledged, such as a handler's answer to a SUBSCRIBE
   * with `ack:client`: a client may acknowledge it as it does any other (STOMP 1.2, MESSAGE).
   */
  unawaitedAckId(messageId: string): string {
    return `${messageId}${UNAWAITED}`;
  }

  /**
   * Whether an ACK may be about a message that nobody waits for: then it has no effect and is no mistake.
   *
   * @param id the `id` of 1.2, which is not the message-id; the `message-id` of the versions before
   */
  isUnawaited(id: string, isAckHeader: boolean): boolean {
    if (isAckHeader && !id.endsWith(UNAWAITED)) return false;
    const messageId = isAckHeader ? id.slice(0, -UNAWAITED.length) : id;
    if (!messageId.startsWith(this.#prefix)) return false;
    const count = messageId.slice(this.#prefix.length);
    return /^\d{1,15}$/.test(count) && String(Number(count)) === count && Number(count) < this.#count;
  }
}
