import { WebSocket } from 'ws';

/**
 * A `ws` socket that says when it is about to close: `ws` closes by itself when a message is too big or not
 * UTF-8, and the ERROR frame has to leave before the close frame.
 */
export class StompWebSocket extends WebSocket {
  /** Called before a close frame is written, by whomever the close is asked for. */
  beforeClose: ((code: number | undefined) => void) | undefined;

  override close(code?: number, data?: string | Buffer): void {
    if (this.readyState === WebSocket.OPEN) this.beforeClose?.(code);
    super.close(code, data);
  }
}
