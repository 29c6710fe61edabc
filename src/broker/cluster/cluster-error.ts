import { MessagingError } from '../../messaging/messaging-error.js';

/**
 * A message has reached those who are connected to this node and perhaps nobody else, because the bus of the cluster is away. A
 * client that asked for a receipt is told on its error destination; its session lives on.
 *
 * @publicApi
 */
export class ClusterError extends MessagingError {
  override readonly name = 'ClusterError';

  /** The session whose frame it was lives on, whatever `rejections` says: an engine that is away ends no session. */
  get outlivable(): boolean {
    return this.code !== 'STOMP_ERR_CLUSTER_TOO_LARGE';
  }

  /** Also if the client waits for a receipt, which is the only one to be told: the message has reached this node, after all. */
  get outlivesReceipt(): boolean {
    return this.outlivable;
  }

  /** No other node has got it. */
  static unavailable(): ClusterError {
    return new ClusterError(
      'STOMP_ERR_CLUSTER_UNAVAILABLE',
      'The message reached one server only: the others cannot be reached now. Try again later',
    );
  }

  /** Other nodes may have got it, or not. */
  static lost(): ClusterError {
    return new ClusterError(
      'STOMP_ERR_CLUSTER_LOST',
      'The message reached one server, and perhaps not the others: the connection to them was lost',
    );
  }

  /** Other nodes may have got it, or not. */
  static timeout(limitMs: number): ClusterError {
    return new ClusterError(
      'STOMP_ERR_CLUSTER_LOST',
      `The message reached one server, and perhaps not the others: there was no answer within ${limitMs} ms`,
    );
  }

  /** Nothing has been sent. */
  static tooLarge(sizeBytes: number, limitBytes: number): ClusterError {
    return new ClusterError(
      'STOMP_ERR_CLUSTER_TOO_LARGE',
      `The message has ${sizeBytes} bytes, and at most ${limitBytes} can be sent to the other servers. Send less at once`,
    );
  }
}
