import { isPromise, type MaybePromise } from '../messaging/maybe-promise.js';
import { withHeaders, type Message } from '../messaging/message.js';
import type { SendOutcome } from '../messaging/message-channel.js';
import type { SimpSession } from '../messaging/simp-session.js';
import type { StompFrame } from '../protocol/stomp-frame.js';
import type { StompVersion } from '../protocol/stomp-version.js';
import { acknowledgementOf } from './acknowledgement.js';
import { requireDestination } from './frame-checks.js';
import { messageOf } from './frame-messages.js';
import { OpenTransactions } from './open-transactions.js';
import type { SessionLog } from './session-log.js';
import type { StompSessionContext } from './stomp-session-context.js';

/** Whether a frame waits for the COMMIT of a transaction. On other frames the header means nothing. */
export function isOfTransaction({ command, headers }: StompFrame): boolean {
  return (command === 'SEND' || command === 'ACK' || command === 'NACK') && headers.has('transaction');
}

/** What transactions ask of their session. */
export interface SessionTransactionsPort {
  /** Tells the client that a frame has had its effect, if it wants to know. */
  sendReceipt(frame: StompFrame): boolean;
}

/**
 * The transactions of one session. What belongs to one is checked as far as a frame can be and kept until COMMIT; then all of
 * it goes to the application in one go, or none.
 */
export class SessionTransactions {
  readonly #open: OpenTransactions;

  constructor(
    private readonly session: SimpSession,
    private readonly context: Pick<
      StompSessionContext,
      'inbound' | 'messageIds' | 'transactionLimits' | 'leavesProcess'
    >,
    private readonly log: SessionLog,
    private readonly port: SessionTransactionsPort,
  ) {
    this.#open = new OpenTransactions(context.transactionLimits);
  }

  /**
   * Deals with BEGIN, COMMIT and ABORT, and with a frame that {@link isOfTransaction}. A frame's RECEIPT says that it is part
   * of the transaction: who waits for it before COMMIT must not wait for ever.
   *
   * @throws SessionError when the transaction is not what the frame takes it for, or has grown too large
   */
  handle(frame: StompFrame, version: StompVersion): MaybePromise<void> {
    switch (frame.command) {
      case 'BEGIN':
        this.#open.begin(frame);
        this.port.sendReceipt(frame);
        return undefined;
      case 'ABORT':
        this.#open.end(frame);
        this.port.sendReceipt(frame);
        return undefined;
      case 'COMMIT':
        return this.#commit(frame, version);
      default:
        this.#add(frame, version);
        this.port.sendReceipt(frame);
        return undefined;
    }
  }

  /** The session has ended: nothing is committed any more (STOMP 1.2, BEGIN). */
  clear(): void {
    this.#open.clear();
  }

  #add(frame: StompFrame, version: StompVersion): void {
    if (frame.command === 'SEND') requireDestination(frame);
    else if (this.#isUnawaited(frame, version)) {
      this.#open.require(frame);
      return;
    }
    this.#open.add(frame);
  }

  #isUnawaited(frame: StompFrame, version: StompVersion): boolean {
    const { id } = acknowledgementOf(frame, this.session, version);
    return this.context.messageIds.isUnawaited(id, version === '1.2');
  }

  #commit(frame: StompFrame, version: StompVersion): MaybePromise<void> {
    const parts = this.#open.end(frame).map((part) => this.#messageOf(part, version));
    const simpTransaction = this.context.leavesProcess === true ? {} : undefined;
    const messages =
      simpTransaction === undefined ? parts : parts.map((part) => withHeaders(part, { simpTransaction }));
    const settle = (outcomes: readonly SendOutcome[]): void => {
      for (const [index, outcome] of outcomes.entries()) {
        if (outcome === 'unhandled') this.log.dropped(messages[index]);
      }
      this.port.sendReceipt(frame);
    };
    const sent = this.context.inbound.sendAll(messages);
    return isPromise(sent) ? sent.then(settle) : settle(sent);
  }

  #messageOf(part: StompFrame, version: StompVersion): Message {
    return part.command === 'SEND'
      ? messageOf(part, this.session)
      : acknowledgementOf(part, this.session, version).message;
  }
}
