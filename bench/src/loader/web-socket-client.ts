import { connect, type Socket } from 'node:net';
import { clientFrame, Opcode } from './client-frame.js';
import { FrameReader } from './frame-reader.js';

/** Where a server listens, and what it wants to hear in the handshake. */
export interface Target {
  readonly port: number;
  readonly path: string;
  readonly subprotocol?: string | undefined;
}

/** Takes the data frames of one socket. The octets are valid during the call only. */
export type OnMessage = (octets: Buffer, start: number, end: number) => void;

/** One memory for what all sockets read: each chunk is dealt with before the next one is read. */
const MEMORY = Buffer.alloc(64 * 1024);
const END_OF_HEAD = '\r\n\r\n';
const HANDSHAKE_LIMIT_MS = 60_000;

/** A WebSocket on a bare socket: it costs the measuring process as little as possible. */
export class WebSocketClient {
  onMessage: OnMessage = () => undefined;
  onClose: (reason: string) => void = () => undefined;
  readonly #socket: Socket;
  readonly #reader = new FrameReader((opcode, octets, start, end) => this.#frame(opcode, octets, start, end));
  #head = '';
  #opened: (() => void) | undefined;
  #isClosed = false;

  private constructor(target: Target, onOpen: (error?: Error) => void) {
    const timer = setTimeout(() => onOpen(new Error('No answer to the handshake')), HANDSHAKE_LIMIT_MS);
    this.#opened = () => {
      clearTimeout(timer);
      onOpen();
    };
    const onread = { buffer: MEMORY, callback: (length: number): boolean => this.#read(length) };
    this.#socket = connect({ host: '127.0.0.1', port: target.port, onread });
    this.#socket.setNoDelay(true);
    const gone = (reason: string): void => {
      clearTimeout(timer);
      if (this.#isClosed) return;
      this.#isClosed = true;
      onOpen(new Error(reason));
      this.onClose(reason);
    };
    this.#socket.on('error', (error) => gone(error.message));
    this.#socket.on('close', () => gone('The server has closed the connection'));
    this.#socket.write(handshake(target));
  }

  /** @throws Error when the server does not accept the handshake */
  static open(target: Target): Promise<WebSocketClient> {
    return new Promise((resolve, reject) => {
      const client: WebSocketClient = new WebSocketClient(target, (error) =>
        error === undefined ? resolve(client) : reject(error),
      );
    });
  }

  send(text: string): void {
    this.write(clientFrame(text));
  }

  /** @param frames octets in WebSocket frames already */
  write(frames: Buffer): void {
    this.#socket.write(frames);
  }

  /** Ends without a word: a closing handshake would leave the port waiting for a minute. */
  destroy(): void {
    this.#isClosed = true;
    this.#socket.resetAndDestroy();
  }

  #read(length: number): boolean {
    const chunk = MEMORY.subarray(0, length);
    if (this.#opened === undefined) {
      this.#readFrames(chunk);
      return true;
    }
    this.#head += chunk.toString('latin1');
    const end = this.#head.indexOf(END_OF_HEAD);
    if (end === -1) return true;
    if (!this.#head.startsWith('HTTP/1.1 101')) {
      this.#socket.destroy(new Error(`The handshake was refused: ${this.#head.split('\r\n')[0] ?? ''}`));
      return true;
    }
    const early = Buffer.from(this.#head.slice(end + END_OF_HEAD.length), 'latin1');
    this.#head = '';
    const opened = this.#opened;
    this.#opened = undefined;
    opened();
    // Whoever has opened it sets its listeners first.
    if (early.length > 0) setImmediate(() => this.#readFrames(early));
    return true;
  }

  /** What is wrong with one connection must not end the process that all are in. */
  #readFrames(chunk: Buffer): void {
    try {
      this.#reader.read(chunk);
    } catch (error) {
      this.#socket.destroy(error as Error);
    }
  }

  #frame(opcode: number, octets: Buffer, start: number, end: number): void {
    if (opcode === Opcode.PING) this.write(clientFrame(octets.subarray(start, end), Opcode.PONG));
    else if (opcode === Opcode.CLOSE) this.onClose(closeText(octets, start, end));
    else if (opcode !== Opcode.PONG) this.onMessage(octets, start, end);
  }
}

function closeText(octets: Buffer, start: number, end: number): string {
  if (end - start < 2) return 'The server has closed the connection';
  return `The server has closed with ${octets.readUInt16BE(start)} ${octets.toString('utf8', start + 2, end)}`;
}

function handshake({ port, path, subprotocol }: Target): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    'Sec-WebSocket-Version: 13',
  ];
  if (subprotocol !== undefined) lines.push(`Sec-WebSocket-Protocol: ${subprotocol}`);
  return `${lines.join('\r\n')}${END_OF_HEAD}`;
}
