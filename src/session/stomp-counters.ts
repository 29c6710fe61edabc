import type { StompCommand } from '../protocol/stomp-command.js';
import type { StompVersion } from '../protocol/stomp-version.js';
import { CodeCounts } from './code-counts.js';

/**
 * What is counted of all sessions of an application. The fields are plain numbers that whoever does the thing
 * increments, so that counting costs nothing worth measuring; `StompStats` shows them.
 */
export class StompCounters {
  handshakesAccepted = 0;
  /** By HTTP status. */
  readonly handshakesRefused = new CodeCounts();

  /** Conversations begun: WebSockets that were opened. */
  sessionsOpened = 0;
  connectsAccepted = 0;
  connectsRefused = 0;
  /** Sessions that are connected, by what they speak. */
  readonly connected: Record<StompVersion, number> = { '1.0': 0, '1.1': 0, '1.2': 0 };
  /** Ends of sessions by their cause. */
  readonly closes = new CodeCounts();
  /** Frames that were refused, by code, whether or not their session ended of it. */
  readonly refusals = new CodeCounts();

  /** Octets of STOMP, heart-beats included, without the framing of WebSocket. */
  bytesIn = 0;
  /** Octets of STOMP frames, without heart-beats and the framing of WebSocket. */
  bytesOut = 0;
  readonly framesIn = noFrames();
  readonly framesOut = noFrames();

  /** Messages that the broker was given to send to whoever has subscribed, by clients and by the application. */
  published = 0;
  /** MESSAGE frames that were not sent because their subscription or session had ended meanwhile. */
  deliveriesDropped = 0;

  handlerCalls = 0;
  /** Calls whose exception neither an exception handler nor a filter took. */
  handlerFailures = 0;

  /** A frame has been sent, or the same to several. */
  sent(command: StompCommand, bytes: number, frames = 1): void {
    this.framesOut[command] += frames;
    this.bytesOut += bytes;
  }
}

/** Written out, so that the object has one shape from the beginning. */
function noFrames(): Record<StompCommand, number> {
  return {
    CONNECT: 0,
    STOMP: 0,
    SEND: 0,
    SUBSCRIBE: 0,
    UNSUBSCRIBE: 0,
    ACK: 0,
    NACK: 0,
    BEGIN: 0,
    COMMIT: 0,
    ABORT: 0,
    DISCONNECT: 0,
    CONNECTED: 0,
    MESSAGE: 0,
    RECEIPT: 0,
    ERROR: 0,
  };
}
