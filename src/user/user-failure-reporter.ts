import { isPromise, type MaybePromise } from '../messaging/maybe-promise.js';
import type { CompositeMessageConverter } from '../messaging/composite-message-converter.js';
import type { MessageChannel } from '../messaging/message-channel.js';
import type { MessagingLogger } from '../messaging/messaging-logger.js';
import type { SimpSession } from '../messaging/simp-session.js';
import { textOfThrown } from '../messaging/thrown-text.js';
import { userDestinationOf } from '../messaging/user-destination.js';
import type { FailureReport } from '../session/frame-failure.js';

/**
 * Tells the client of a frame that failed, on a user destination of its own session. The body is the report as JSON;
 * `message`, `code` and `receipt-id` are headers too, as in an ERROR.
 */
export class UserFailureReporter {
  /**
   * @param prefix of user destinations, with its final slash
   * @param destination behind it @default '/queue/errors', which Spring's examples subscribe to
   */
  constructor(
    private readonly brokerChannel: MessageChannel,
    private readonly converter: CompositeMessageConverter,
    private readonly prefix: string,
    private readonly destination: string,
    private readonly logger: MessagingLogger,
  ) {}

  /** @returns whether the session has subscribed to such news; resolved when they are on their way */
  report(session: SimpSession, report: FailureReport): MaybePromise<boolean> {
    const nativeHeaders = new Map([
      ['message', [report.message]],
      ['code', [report.code]],
    ]);
    if (report.receipt !== undefined) nativeHeaders.set('receipt-id', [report.receipt]);
    const fail = (error: unknown): boolean => {
      this.logger.error(`Session ${session.id} was not told of a failure. ${textOfThrown(error)}`);
      return false;
    };
    try {
      const { payload, contentType } = this.converter.toMessage(report, 'application/json');
      const sent = this.brokerChannel.send({
        payload,
        headers: {
          simpMessageType: 'MESSAGE',
          simpDestination: userDestinationOf(this.prefix, session.id, this.destination),
          simpSessionId: session.id,
          contentType,
          nativeHeaders,
        },
      });
      if (!isPromise(sent)) return sent === 'handled';
      return sent.then((outcome) => outcome === 'handled', fail);
    } catch (error) {
      return fail(error);
    }
  }
}
