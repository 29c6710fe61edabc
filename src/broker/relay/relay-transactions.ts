import { isPromise, type MaybePromise } from '../../messaging/maybe-promise.js';

/** Which part of which transaction a frame is. */
export interface TransactionPart {
  /** Its name at the broker. */
  readonly transaction: string;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

interface Transaction {
  readonly name: string;
  expected: number;
  sent: number;
  failure: Error | undefined;
}

/**
 * Transactions that a client commits. Their parts are kept by its session until COMMIT and then come in one go; here they are
 * told which of them the first and the last one for the broker is, so that there it is one transaction, too.
 */
export class RelayTransactions {
  readonly #transactions = new WeakMap<object, Transaction>();
  #count = 0;

  /** A part of a transaction will come, if no other part is refused. */
  count(token: object): void {
    const transaction = this.#transactions.get(token);
    if (transaction !== undefined) transaction.expected++;
    else
      this.#transactions.set(token, { name: `t${this.#count++}`, expected: 1, sent: 0, failure: undefined });
  }

  /**
   * @param token of the transaction; `undefined` for what belongs to none
   * @param send sends a part of a transaction
   * @param sendAlone sends what belongs to none
   */
  part(
    token: object | undefined,
    send: (part: TransactionPart) => MaybePromise<boolean>,
    sendAlone: () => MaybePromise<boolean>,
  ): MaybePromise<boolean> {
    const transaction = token === undefined ? undefined : this.#transactions.get(token);
    if (transaction === undefined) return sendAlone();
    // Half a transaction is none: with its beginning lost, the rest would be refused by the broker, or taken one by one.
    if (transaction.failure !== undefined) throw transaction.failure;
    const fail = (error: unknown): never => {
      transaction.failure = error as Error;
      throw error;
    };
    const isFirst = transaction.sent === 0;
    transaction.sent++;
    const isLast = transaction.sent === transaction.expected;
    try {
      const sent = send({ transaction: transaction.name, isFirst, isLast });
      return isPromise(sent) ? sent.catch(fail) : sent;
    } catch (error) {
      return fail(error);
    }
  }
}
