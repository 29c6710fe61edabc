import { LogBudget } from '../../messaging/log-budget.js';
import type { MessagingLogger } from '../../messaging/messaging-logger.js';
import type { BrokerConnectionError } from './broker-connection-error.js';

/**
 * Tells how connections ended that are made for clients. Most of it is everyday, or told of the system connection already. That the
 * broker does not let clients in is neither: the application looks healthy while nobody can use it, and only an operator can mend it.
 */
export class ClientConnectionLog {
  readonly #refusals: LogBudget;

  /** @param now milliseconds on a monotonic clock */
  constructor(
    private readonly logger: MessagingLogger,
    now: () => number,
  ) {
    // Every client that comes back is refused again.
    this.#refusals = new LogBudget(now);
  }

  /** @param what whose connection it was, and what became of it: the beginning of the line */
  ended(what: string, error: BrokerConnectionError): void {
    const line = `${what}. ${error.message}`;
    const budget = error.failure === 'refused' ? this.#refusals.spend() : 'spent';
    if (budget === 'spent') this.logger.debug(line);
    else this.logger.error(budget === 'last' ? `${line} More of this minute are in the debug log.` : line);
  }
}
