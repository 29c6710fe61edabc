/**
 * Options of `IpcClusterBus`. Give all processes the same: the limits are those of the process that is the hub.
 *
 * @publicApi
 */
export interface IpcClusterBusOptions {
  /**
   * The socket file at which the processes meet, or a named pipe on Windows. Applications that are to keep apart need one
   * each. Its folder must belong to the user of the processes and have mode 0700; it is made when it is not there.
   *
   * @default `nestjs-stomp/bus.sock` below `XDG_RUNTIME_DIR`, otherwise `nestjs-stomp-<uid>/bus.sock` in the folder for temporary files
   */
  readonly path?: string;
  /**
   * How long a hub may take to answer, and an election to end, in milliseconds.
   *
   * @default 5000, what the contract of a bus recommends
   */
  readonly connectTimeoutMs?: number;
  /**
   * The largest message, in bytes.
   *
   * @default 16777216 (16 MiB), sixteen times what NATS takes
   */
  readonly maxMessageBytes?: number;
  /**
   * What may wait in the hub for one node, in bytes. A node that leaves more unread is cut off, connects again, and has lost
   * what was waiting; the others notice nothing.
   *
   * @default 67108864 (64 MiB), as in NATS
   */
  readonly maxQueueBytes?: number;
}
