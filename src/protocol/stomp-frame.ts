import type { StompCommand } from './stomp-command.js';
import type { StompHeaders } from './stomp-headers.js';

/**
 * The body of a frame that has none.
 *
 * @publicApi
 */
export const EMPTY_BODY: Buffer = Buffer.alloc(0);

/**
 * One STOMP frame, its header names and values unescaped.
 *
 * @publicApi
 */
export interface StompFrame {
  readonly command: StompCommand;
  readonly headers: StompHeaders;
  /** The octets between the blank line and the NUL; {@link EMPTY_BODY} when there are none. */
  readonly body: Buffer;
}
