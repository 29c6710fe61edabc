import { ServerResponse, type IncomingMessage } from 'node:http';

/** A response that middlewares may write to and that goes nowhere: the answer to a handshake is not theirs. */
export class UnseenResponse extends ServerResponse {
  #onEnd: (() => void) | undefined;

  /** @param onEnd called when somebody thinks that the response is complete */
  constructor(request: IncomingMessage, onEnd: () => void) {
    super(request);
    this.#onEnd = onEnd;
  }

  // Without a socket, Node would keep every octet.
  override write(): boolean {
    return true;
  }

  override end(): this {
    this.#onEnd?.();
    this.#onEnd = undefined;
    return this;
  }
}
