import type { StompFrame } from '../protocol/stomp-frame.js';
import { CloseCode, SessionError } from './session-error.js';

/** What a session may keep in transactions that are not committed. */
export interface TransactionLimits {
  /** Transactions open at a time. */
  readonly transactions: number;
  /** Frames of one. */
  readonly frames: number;
  /** Bodies and headers of the frames of one. */
  readonly bytes: number;
}

interface Transaction {
  readonly frames: StompFrame[];
  bytes: number;
}

/** Frames that wait for COMMIT, by transaction, in order. */
export class OpenTransactions {
  /** Made with the first: most sessions never have one. */
  #byId: Map<string, Transaction> | undefined;

  constructor(private readonly limits: TransactionLimits) {}

  /** @throws SessionError when a transaction is not named, open already, or one too many */
  begin(frame: StompFrame): void {
    const id = transactionOf(frame);
    const byId = (this.#byId ??= new Map<string, Transaction>());
    if (byId.has(id)) {
      throw new SessionError(
        'STOMP_ERR_DUPLICATE_TRANSACTION',
        'The transaction is open. COMMIT or ABORT it',
      );
    }
    if (byId.size >= this.limits.transactions) {
      throw tooLarge(`A session may have ${this.limits.transactions} transactions open`);
    }
    byId.set(id, { frames: [], bytes: 0 });
  }

  /** @throws SessionError when the transaction of a frame is not open */
  require(frame: StompFrame): void {
    this.#of(frame);
  }

  /** @throws SessionError when the transaction of a frame is not open, or would grow too large */
  add(frame: StompFrame): void {
    const transaction = this.#of(frame);
    const { frames, bytes } = this.limits;
    if (transaction.frames.length >= frames) throw tooLarge(`A transaction may have ${frames} frames`);
    transaction.bytes += bytesOf(frame);
    if (transaction.bytes > bytes) throw tooLarge(`A transaction may have ${bytes} bytes`);
    // A copy: the body is a piece of what came in one go, which would be kept as a whole.
    transaction.frames.push({ ...frame, body: Buffer.from(frame.body) });
  }

  /**
   * Ends a transaction; its name may be used again.
   *
   * @returns its frames
   * @throws SessionError when it is not open
   */
  end(frame: StompFrame): readonly StompFrame[] {
    const { frames } = this.#of(frame);
    this.#byId?.delete(transactionOf(frame));
    return frames;
  }

  clear(): void {
    this.#byId?.clear();
  }

  #of(frame: StompFrame): Transaction {
    const id = transactionOf(frame);
    const transaction = this.#byId?.get(id);
    if (transaction === undefined) {
      throw new SessionError('STOMP_ERR_UNKNOWN_TRANSACTION', 'The transaction is not open. BEGIN it');
    }
    return transaction;
  }
}

function transactionOf({ command, headers }: StompFrame): string {
  const id = headers.get('transaction');
  if (id !== undefined && id !== '') return id;
  throw new SessionError('STOMP_ERR_INVALID_FRAME', `${command} needs a transaction header`);
}

function bytesOf({ headers, body }: StompFrame): number {
  let bytes = body.length;
  for (const [name, value] of headers) bytes += name.length + value.length;
  return bytes;
}

function tooLarge(text: string): SessionError {
  return new SessionError(
    'STOMP_ERR_TRANSACTION_LIMIT',
    `${text}. COMMIT earlier`,
    CloseCode.POLICY_VIOLATION,
  );
}
