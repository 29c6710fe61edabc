import type { MaybePromise } from '../messaging/maybe-promise.js';
import type { TransactionalChannel } from '../messaging/message-channel.js';
import type { MessagingLogger } from '../messaging/messaging-logger.js';
import type { Principal } from '../messaging/principal.js';
import type { SimpSession } from '../messaging/simp-session.js';
import type { StompDecoderLimits } from '../protocol/stomp-decoder-limits.js';
import type { FailureReport, RejectionPolicy } from './frame-failure.js';
import type { StompCounters } from './stomp-counters.js';
import type { InboundLimits } from './inbound-limits.js';
import type { MessageIds } from './message-ids.js';
import type { TransactionLimits } from './open-transactions.js';
import type { StompEventPublisher } from './stomp-event-bus.js';

/** What every session of an application shares. */
export interface StompSessionContext extends InboundLimits {
  readonly inbound: TransactionalChannel;
  readonly logger: MessagingLogger;
  /** What is counted of all sessions together. */
  readonly counters: StompCounters;
  /** Limits of a session that has connected; before that the stricter ones of the protocol room hold. */
  readonly limits: StompDecoderLimits;
  /** How long a client may take from the handshake to CONNECTED. */
  readonly timeToConnectMs: number;
  /** Knows what sessions were sent that nobody waits to be acknowledged. */
  readonly messageIds: MessageIds;
  /** What a session may keep in transactions. */
  readonly transactionLimits: TransactionLimits;
  /** Subscriptions that a session may hold at a time. */
  readonly maxSubscriptions: number;
  /** Sessions that a user may have at a time; 0 is any number. */
  readonly maxSessionsPerUser: number;
  /** Sessions that a user has in this process. */
  readonly sessionsOf: (user: Principal) => number;
  /** Where the events of sessions are told. */
  readonly events: StompEventPublisher;
  /** What becomes of a session one of whose frames is refused. */
  readonly rejections: RejectionPolicy;
  /**
   * Tells a client of a frame that failed, apart from ERROR.
   *
   * @returns whether the client listens to such news
   */
  readonly reportFailure: (session: SimpSession, report: FailureReport) => MaybePromise<boolean>;
  /** Whether frames may go on to a broker or to nodes elsewhere: they are told of transactions, and may let the next frame go early. */
  readonly leavesProcess?: boolean | undefined;
  /** Whether a SEND waits for the handlers of the one before it. */
  readonly preserveReceiveOrder: boolean;
}
