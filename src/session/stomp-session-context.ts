import type { MessageChannel } from '../messaging/message-channel.js';
import type { MessagingLogger } from '../messaging/messaging-logger.js';
import type { StompDecoderLimits } from '../protocol/stomp-decoder-limits.js';
import type { TimerWheel } from './timer-wheel.js';

/** What every session of an application shares. */
export interface StompSessionContext {
  readonly inbound: MessageChannel;
  readonly wheel: TimerWheel;
  readonly logger: MessagingLogger;
  /** Limits of a session that has connected; before that the stricter ones of the protocol room hold. */
  readonly limits: StompDecoderLimits;
  /** How long a client may take from the handshake to CONNECTED. */
  readonly timeToConnectMs: number;
  /** Subscriptions that a session may hold at a time. */
  readonly maxSubscriptions: number;
  /** Whether a SEND waits for the handlers of the one before it. */
  readonly preserveReceiveOrder: boolean;
}
