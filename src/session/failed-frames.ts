import { isPromise, type MaybePromise } from '../messaging/maybe-promise.js';
import type { SimpSession } from '../messaging/simp-session.js';
import type { StompFrame } from '../protocol/stomp-frame.js';
import { failureReportOf, outlivesReceipt } from './frame-failure.js';
import { isHandlerFailure } from './session-error.js';
import type { SessionLog } from './session-log.js';
import type { StompSessionContext } from './stomp-session-context.js';

/** What is left when nothing else can tell the client. */
export interface FailedFramesPort {
  end(error: unknown, frame: StompFrame): void;
}

/** Tells a client of its frames that failed without the session having to end for it. */
export class FailedFrames {
  constructor(
    private readonly session: SimpSession,
    private readonly context: Pick<StompSessionContext, 'rejections' | 'reportFailure'>,
    private readonly log: SessionLog,
    private readonly port: FailedFramesPort,
  ) {}

  tell(error: unknown, frame: StompFrame): MaybePromise<void> {
    const { rejections, reportFailure } = this.context;
    const settle = (isTold: boolean): void => {
      // A receipt is a promise: who waits for one is told of the failure, if not otherwise then by the end.
      const mayEnd = !isTold || (rejections === 'disconnect' && !outlivesReceipt(error));
      const isAwaited = frame.headers.has('receipt') && mayEnd;
      if (isAwaited) this.port.end(error, frame);
      else if (!isHandlerFailure(error)) this.log.refused(frame.command, error);
    };
    const told = reportFailure(this.session, failureReportOf(error, frame));
    return isPromise(told) ? told.then(settle) : settle(told);
  }
}
