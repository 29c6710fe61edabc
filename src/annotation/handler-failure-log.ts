import { LogBudget } from '../messaging/log-budget.js';
import type { MessagingLogger } from '../messaging/messaging-logger.js';
import type { SimpSession } from '../messaging/simp-session.js';

/** A failure to be told of: an error of the server with its stack, or a warning about what a client sent. */
export interface HandlerFailureLine {
  readonly level: 'error' | 'warn';
  readonly text: string;
  readonly stack?: string | undefined;
}

/**
 * What the log says of handlers that fail. A session that survives its failures could fill the disk with them, stacks
 * and all: of each ten a minute are told, the others are single lines in the debug log.
 */
export class HandlerFailureLog {
  readonly #budgets = new WeakMap<SimpSession, LogBudget>();

  /** @param now milliseconds on a monotonic clock */
  constructor(
    private readonly logger: MessagingLogger,
    private readonly now: () => number,
  ) {}

  /** @param session whose message it was; without one it is no client that makes it happen */
  failed({ level, text, stack }: HandlerFailureLine, session: SimpSession | undefined): void {
    const left = session === undefined ? 'told' : this.#budgetOf(session).spend();
    if (left === 'spent') {
      this.logger.debug(text);
      return;
    }
    const line =
      left === 'told'
        ? text
        : `${text} Further failures for this session within this minute are in the debug log.`;
    if (level === 'error') this.logger.error(line, stack);
    else this.logger.warn(line);
  }

  #budgetOf(session: SimpSession): LogBudget {
    let budget = this.#budgets.get(session);
    if (budget === undefined) this.#budgets.set(session, (budget = new LogBudget(this.now)));
    return budget;
  }
}
