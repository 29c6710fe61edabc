import type { Socket } from 'node:net';
import { ClusterBusError, type ClusterBusConnection } from '../broker/cluster/cluster-bus.js';
import type { GuardedListener } from '../broker/cluster/guarded-listener.js';
import { withinLimit } from '../broker/cluster/within-limit.js';
import { FrameLengthError, FrameReader } from './frame-reader.js';
import type { Elected } from './hub-election.js';
import type { Hub } from './hub.js';
import { PendingAnswers } from './pending-answers.js';
import {
  encodeAddresses,
  encodeHello,
  encodeNumber,
  encodePublish,
  farewellIn,
  frameLimit,
  FrameKind,
  kindOf,
  messageIn,
  numberIn,
  PROTOCOL_VERSION,
  welcomeIn,
} from './wire.js';

/** Up to here, copying a message into its frame costs less than a second buffer for the system call. */
const COPIED_BYTES = 4096;

/** How long `close` waits for the hub: the contract of a cluster bus. */
const CLOSE_MS = 1000;

/** The connection of a node to the hub, which may be in this process: then it ends with the connection. */
export class IpcConnection implements ClusterBusConnection {
  readonly #socket: Socket;
  readonly #hub: Hub | undefined;
  readonly #reader = new FrameReader(frameLimit(0));
  readonly #answers = new PendingAnswers();
  readonly #closed: Promise<void>;
  #state: 'greeting' | 'open' | 'closing' | 'ended' = 'greeting';
  #maxMessageBytes = 0;
  #isCorked = false;
  #error: Error | undefined;
  #greeted: (error?: ClusterBusError) => void = () => undefined;

  private constructor(
    { socket, hub }: Elected,
    private readonly path: string,
    private readonly listener: GuardedListener,
  ) {
    this.#socket = socket;
    this.#hub = hub;
    this.#closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#end('it ended', 'STOMP_CLUSTER_LOST');
        resolve();
      });
    });
    socket.on('data', (chunk: Buffer) => this.#read(chunk)).on('error', (error) => (this.#error = error));
  }

  /** @throws ClusterBusError, `STOMP_CLUSTER_LOST` when the hub was about to end */
  static async open(
    elected: Elected,
    path: string,
    listener: GuardedListener,
    patienceMs: number,
  ): Promise<IpcConnection> {
    const connection = new IpcConnection(elected, path, listener);
    const patience = setTimeout(() => {
      connection.#end(`it has said nothing for ${Math.round(patienceMs)} ms`, 'STOMP_CLUSTER_UNREACHABLE');
    }, patienceMs);
    try {
      await new Promise<void>((resolve, reject) => {
        connection.#greeted = (error) => (error === undefined ? resolve() : reject(error));
        elected.socket.write(encodeHello(PROTOCOL_VERSION));
      });
      return connection;
    } finally {
      clearTimeout(patience);
    }
  }

  get maxMessageBytes(): number {
    return this.#maxMessageBytes;
  }

  get pendingBytes(): number {
    return this.#state === 'ended' ? 0 : this.#socket.writableLength;
  }

  subscribe(addresses: readonly string[]): Promise<void> {
    return this.#ask(encodeAddresses(FrameKind.subscribe, addresses));
  }

  unsubscribe(addresses: readonly string[]): Promise<void> {
    return this.#ask(encodeAddresses(FrameKind.unsubscribe, addresses));
  }

  flush(): Promise<void> {
    return this.#ask([]);
  }

  publish(address: string, bytes: Uint8Array): void {
    if (bytes.length > this.#maxMessageBytes) {
      throw new RangeError(
        `A message of ${bytes.length} bytes for ${address} is beyond the ${this.#maxMessageBytes} of \`maxMessageBytes\`. Raise it in all processes, or send less.`,
      );
    }
    if (this.#state !== 'open') return;
    if (bytes.length <= COPIED_BYTES) {
      this.#write(encodePublish(address, bytes));
      return;
    }
    this.#write(encodePublish(address, bytes, true));
    this.#write(bytes);
  }

  async close(): Promise<void> {
    if (this.#state === 'open') {
      const flushed = this.flush();
      this.#state = 'closing';
      await withinLimit(CLOSE_MS, flushed, () => this.#lost('it does not answer')).catch(() => undefined);
      this.#end('it was closed', 'STOMP_CLUSTER_LOST');
    }
    await this.#closed;
    await this.#endHub();
  }

  #ask(frames: Iterable<Buffer>): Promise<void> {
    if (this.#state !== 'open') return Promise.reject(this.#lost('it has ended already'));
    for (const frame of frames) this.#write(frame);
    const { number, answered } = this.#answers.expect();
    this.#write(encodeNumber(FrameKind.flush, number));
    return answered;
  }

  /** What one turn writes leaves in one system call. */
  #write(bytes: Uint8Array): void {
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#socket.cork();
      process.nextTick(() => {
        this.#isCorked = false;
        this.#socket.uncork();
      });
    }
    this.#socket.write(bytes);
  }

  #read(chunk: Buffer): void {
    if (this.#state === 'ended') return;
    try {
      this.#reader.read(chunk, (frame) => this.#handle(frame));
    } catch (error) {
      if (!(error instanceof FrameLengthError)) throw error;
      this.#end(`it does not speak our protocol: ${error.message}`, 'STOMP_CLUSTER_REFUSED');
    }
  }

  #handle(frame: Buffer): void {
    if (this.#state === 'ended') return;
    switch (kindOf(frame)) {
      case FrameKind.publish:
        if (this.#state === 'open') this.listener.message(messageIn(frame));
        return;
      case FrameKind.done:
        return this.#answers.answer(numberIn(frame));
      case FrameKind.farewell: {
        const { isRefusal, reason } = farewellIn(frame);
        return this.#end(reason, isRefusal ? 'STOMP_CLUSTER_REFUSED' : 'STOMP_CLUSTER_LOST');
      }
      case FrameKind.welcome:
        if (this.#state === 'greeting') return this.#greet(frame);
    }
    this.#end(`it said what means nothing, a frame of kind ${frame[4]}`, 'STOMP_CLUSTER_REFUSED');
  }

  #greet(frame: Buffer): void {
    const { version, maxMessageBytes } = welcomeIn(frame);
    if (version !== PROTOCOL_VERSION) {
      return this.#end(`it speaks version ${version} of our protocol`, 'STOMP_CLUSTER_REFUSED');
    }
    this.#maxMessageBytes = maxMessageBytes;
    this.#reader.limit = frameLimit(maxMessageBytes);
    this.#state = 'open';
    this.#greeted();
  }

  /** Once; whoever waits for something hears of it. */
  #end(reason: string, code: ClusterBusError['code']): void {
    const before = this.#state;
    if (before === 'ended') return;
    this.#state = 'ended';
    this.#socket.destroy();
    void this.#endHub();
    const isRefused = before === 'greeting' && code !== 'STOMP_CLUSTER_LOST';
    const error = isRefused
      ? new ClusterBusError(code, `The hub at ${this.path} does not let us in: ${reason}.`)
      : this.#lost(reason);
    this.#answers.reject(error);
    if (before === 'greeting') this.#greeted(error);
    else if (before === 'open') this.listener.lost(error);
  }

  async #endHub(): Promise<void> {
    await this.#hub?.close('the process that was the hub has closed its connection');
  }

  #lost(reason: string): ClusterBusError {
    return new ClusterBusError(
      'STOMP_CLUSTER_LOST',
      `The connection to the hub at ${this.path} is lost: ${reason}. The next to connect becomes the hub.`,
      { cause: this.#error },
    );
  }
}
