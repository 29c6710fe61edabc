import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { negotiateHeartBeat, parseHeartBeat, type HeartBeat } from '../../protocol/heart-beat.js';
import { StompDecoder } from '../../protocol/stomp-decoder.js';
import { encodeFrame, HEART_BEAT } from '../../protocol/stomp-encoder.js';
import { EMPTY_BODY, type StompFrame } from '../../protocol/stomp-frame.js';
import { StompHeaders } from '../../protocol/stomp-headers.js';
import { StompProtocolError } from '../../protocol/stomp-protocol-error.js';
import type { StompVersion } from '../../protocol/stomp-version.js';
import { HeartBeats } from '../../session/heart-beats.js';
import type { TimerWheel, WheelTimer } from '../../session/timer-wheel.js';
import { BrokerConnectionError } from './broker-connection-error.js';
import { connectFrame, textOf, type BrokerTarget } from './broker-target.js';

/** What happens on a connection to a broker. */
export interface BrokerConnectionListener {
  /** CONNECTED has come. */
  opened(connection: BrokerConnection): void;
  /** @returns true when what waits for this frame shall have its turn before the next */
  frame(frame: StompFrame): boolean;
  /** It is over, or never began. Once, and not after {@link BrokerConnection.close} of ours. */
  ended(error: BrokerConnectionError): void;
}

/** How long a broker may take to close a connection that has said DISCONNECT. */
const FAREWELL_MS = 2000;

/** One STOMP connection to a broker, over TCP or TLS, from the dialling to its end. */
export class BrokerConnection {
  readonly #socket: Socket;
  readonly #decoder: StompDecoder;
  readonly #address: string;
  #state: 'connecting' | 'open' | 'leaving' | 'ended' = 'connecting';
  #version: StompVersion = '1.2';
  #server = '';
  #heartBeats: HeartBeats | undefined;
  readonly #patience: WheelTimer;
  #farewell: NodeJS.Timeout | undefined;
  #isPaused = false;
  #isCorked = false;
  #isReading = false;
  #drained: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  constructor(
    private readonly target: BrokerTarget,
    private readonly wheel: TimerWheel,
    private readonly listener: BrokerConnectionListener,
  ) {
    this.#address = textOf(target.address);
    this.#decoder = new StompDecoder(target.limits);
    this.#socket = dial(target);
    this.#patience = wheel.schedule(target.connectTimeoutMs, () =>
      this.#end(BrokerConnectionError.notConnected(this.#address, target.connectTimeoutMs)),
    );
    this.#socket
      .setNoDelay(true)
      .once(target.tls === undefined ? 'connect' : 'secureConnect', () => this.#write(connectFrame(target)))
      .on('data', (chunk) => this.#receive(chunk))
      .on('drain', () => this.#drain())
      .on('error', (error) => this.#failed(error))
      .on('close', () => this.#closed());
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** What is spoken; before CONNECTED it means nothing. */
  get version(): StompVersion {
    return this.#version;
  }

  /** How the broker calls itself in CONNECTED; '' when it does not. */
  get server(): string {
    return this.#server;
  }

  /** Octets that the broker has not taken. */
  get waitingBytes(): number {
    return this.#socket.writableLength;
  }

  /**
   * Sends a frame, behind all that was sent before. Does nothing on a connection that is not open.
   *
   * @returns false when the sender should wait for {@link whenDrained} before the next
   */
  send(frame: StompFrame): boolean {
    if (this.#state !== 'open') return true;
    this.#heartBeats?.sent();
    return this.#write(frame);
  }

  /** Resolved when the broker has taken what waits for it, or the connection has ended. */
  whenDrained(): Promise<void> {
    if (this.#drained === undefined) {
      let resolve: () => void = () => undefined;
      const promise = new Promise<void>((settle) => (resolve = settle));
      this.#drained = { promise, resolve };
    }
    return this.#drained.promise;
  }

  /** Reads nothing more: the broker is held back by its own full buffers. */
  pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#socket.resume();
    this.#read();
  }

  /** Says DISCONNECT and ends the connection. */
  close(): void {
    if (this.#state === 'leaving' || this.#state === 'ended') return;
    if (this.#state === 'connecting') {
      this.#stop();
      this.#socket.destroy();
      return;
    }
    this.#write({ command: 'DISCONNECT', headers: new StompHeaders(), body: EMPTY_BODY });
    this.#heartBeats?.stop();
    this.#state = 'leaving';
    this.#drain();
    this.#isPaused = false;
    // What still comes is not looked at, but has to be read for the end to be seen.
    this.#socket.resume();
    this.#socket.end();
    // Not on the wheel: an application that ends stops that at once. And it does not wait for a broker that says nothing more.
    this.#farewell = setTimeout(() => this.#socket.destroy(), FAREWELL_MS).unref();
    this.#socket.unref();
  }

  /** Ends the connection at once and says nothing. */
  destroy(): void {
    this.#stop();
    this.#socket.destroy();
  }

  #write(frame: StompFrame): boolean {
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#socket.cork();
      process.nextTick(() => {
        this.#isCorked = false;
        this.#socket.uncork();
      });
    }
    return this.#socket.write(encodeFrame(frame, this.#version));
  }

  #receive(chunk: Buffer): void {
    if (this.#state === 'leaving' || this.#state === 'ended') return;
    this.#heartBeats?.received();
    this.#decoder.push(chunk);
    this.#read();
  }

  /** Not from within itself: a listener may resume what it has paused before the frame at hand is done. */
  #read(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (!this.#isPaused && (this.#state === 'connecting' || this.#state === 'open')) {
        const frame = this.#next();
        if (frame === undefined) break;
        if (this.#state !== 'open') this.#answered(frame);
        else if (this.listener.frame(frame)) {
          setImmediate(() => {
            this.#isReading = false;
            this.#read();
          });
          return;
        }
      }
    } catch (error) {
      this.#isReading = false;
      throw error;
    }
    this.#isReading = false;
  }

  #next(): StompFrame | undefined {
    try {
      return this.#decoder.next();
    } catch (error) {
      if (!(error instanceof StompProtocolError)) throw error;
      this.#end(BrokerConnectionError.notStomp(this.#address, error.message));
      return undefined;
    }
  }

  #answered(frame: StompFrame): void {
    const { command, headers } = frame;
    if (command === 'ERROR') {
      this.#end(BrokerConnectionError.refused(this.#address, this.target.role, frame));
      return;
    }
    const version = headers.get('version');
    if (command !== 'CONNECTED' || (version !== '1.1' && version !== '1.2')) {
      const said = command === 'CONNECTED' ? `version ${version ?? '1.0'}` : command;
      this.#end(BrokerConnectionError.notStomp(this.#address, `${said} in answer to CONNECT`));
      return;
    }
    this.#patience.cancel();
    this.#state = 'open';
    this.#version = this.#decoder.version = version;
    this.#server = headers.get('server') ?? '';
    const agreed = negotiateHeartBeat(heartBeatOf(frame), this.target.heartBeat);
    this.#heartBeats = new HeartBeats(this.wheel, agreed, {
      sendHeartBeat: () => this.#socket.write(HEART_BEAT),
      isListening: () => !this.#isPaused,
      onSilence: (silentMs) => this.#end(BrokerConnectionError.silent(this.#address, silentMs)),
    });
    this.listener.opened(this);
  }

  #failed(error: NodeJS.ErrnoException): void {
    if (this.#state === 'connecting')
      this.#end(BrokerConnectionError.unreachable(this.#address, error, this.target.tls !== undefined));
    else this.#end(BrokerConnectionError.closed(this.#address, ` (${error.code ?? error.message})`));
  }

  #closed(): void {
    if (this.#state === 'connecting') this.#end(BrokerConnectionError.closedEarly(this.#address));
    else this.#end(BrokerConnectionError.closed(this.#address));
  }

  #end(error: BrokerConnectionError): void {
    const isTold = this.#state === 'connecting' || this.#state === 'open';
    this.#stop();
    this.#socket.destroy();
    if (isTold) this.listener.ended(error);
  }

  #stop(): void {
    this.#state = 'ended';
    this.#patience.cancel();
    clearTimeout(this.#farewell);
    this.#heartBeats?.stop();
    this.#drain();
  }

  #drain(): void {
    this.#drained?.resolve();
    this.#drained = undefined;
  }
}

function dial({ address: { host, port }, tls }: BrokerTarget): Socket {
  if (tls === undefined) return connectTcp({ host, port });
  const servername = isIP(host) === 0 ? { servername: host } : {};
  return connectTls({ ...servername, ...tls, host, port });
}

/** A broker that writes it wrongly beats no heart. */
function heartBeatOf({ headers }: StompFrame): HeartBeat {
  try {
    return parseHeartBeat(headers.get('heart-beat'));
  } catch {
    return { sendMs: 0, receiveMs: 0 };
  }
}
