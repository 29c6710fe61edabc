import { LogBudget } from '../messaging/log-budget.js';
import type { Message } from '../messaging/message.js';
import type { MessagingLogger } from '../messaging/messaging-logger.js';
import { quoteForLog } from '../messaging/quoted-text.js';
import { textOfThrown } from '../messaging/thrown-text.js';
import type { StompCommand } from '../protocol/stomp-command.js';
import type { StompFrame } from '../protocol/stomp-frame.js';
import { causeOf, reportOf, type ErrorReport } from './session-error.js';
import type { TimerWheel } from './timer-wheel.js';

/** What the log says of one session. */
export class SessionLog {
  #refusals: LogBudget | undefined;

  constructor(
    private readonly sessionId: string,
    private readonly logger: MessagingLogger,
    private readonly clock: Pick<TimerWheel, 'now'>,
  ) {}

  /** A message that nobody took, and nobody waits for an answer. */
  dropped({ headers }: Message): void {
    const { simpMessageType, simpDestination = '' } = headers;
    this.logger.debug(
      `${simpMessageType} to ${quoteForLog(simpDestination)} of session ${this.sessionId} reached nobody`,
    );
  }

  /** An UNSUBSCRIBE of what is not subscribed, and nobody waits for an answer. */
  surplus({ headers }: StompFrame): void {
    this.logger.debug(
      `Session ${this.sessionId}: UNSUBSCRIBE of ${quoteForLog(headers.get('id') ?? '')}, which is not active, was ignored`,
    );
  }

  /**
   * A frame was refused and the session lives on. So a client could fill the disk with refusals: of one session ten a
   * minute are warned of, the others are in the debug log.
   */
  refused(command: StompCommand, error: unknown): void {
    const { code, message } = reportOf(error);
    const line = `Session ${this.sessionId}: ${command} was refused. ${code}, ${message}`;
    const left = (this.#refusals ??= new LogBudget(() => this.clock.now())).spend();
    if (left === 'spent') this.logger.debug(line);
    else {
      const last = left === 'told' ? '' : ' Its further refusals of this minute are in the debug log.';
      this.logger.warn(`${line}${causeOf(error)}${last}`);
    }
  }

  /** @param report what the client is told of the error */
  ended({ code, message }: Pick<ErrorReport, 'code' | 'message'>, error?: unknown): void {
    this.logger.warn(`Session ${this.sessionId} ended. ${code}, ${message}${causeOf(error)}`);
  }

  /** A failure could not be dealt with: that is our own mistake. */
  broken(error: unknown): void {
    this.logger.error(`Session ${this.sessionId} is broken. ${textOfThrown(error)}`);
  }

  /** The application failed on the session's DISCONNECT. */
  farewellFailed(error: unknown): void {
    this.logger.error(`The end of session ${this.sessionId} was not handled. ${textOfThrown(error)}`);
  }
}
