/** What `afterHandshake` is told when a handshake came to nothing and nobody threw. */
export class HandshakeError extends Error {
  readonly code = 'STOMP_ERR_HANDSHAKE';

  constructor(message: string) {
    super(message);
    this.name = 'HandshakeError';
  }
}
