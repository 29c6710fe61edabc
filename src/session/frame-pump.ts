import { isPromise, type MaybePromise } from '../messaging/maybe-promise.js';
import { StompDecoder } from '../protocol/stomp-decoder.js';
import { PRE_CONNECT_DECODER_LIMITS, type StompDecoderLimits } from '../protocol/stomp-decoder-limits.js';
import type { StompFrame } from '../protocol/stomp-frame.js';
import type { StompVersion } from '../protocol/stomp-version.js';
import { FRAMES_PER_TURN, WAITING_BYTES } from './session.constants.js';

/** What a pump does with frames, and with the connection they come from. */
export interface FramePumpPort {
  /** Whether frames are still looked at. */
  isOpen(): boolean;
  /** Deals with a frame; the next one waits until that is done. */
  handle(frame: StompFrame): MaybePromise<void>;
  /** A frame could not be read or dealt with. */
  fail(error: unknown, frame: StompFrame | undefined): MaybePromise<void>;
  /** The failure of a frame could not be dealt with either. */
  broken(error: unknown): void;
  /** All that has arrived is dealt with. */
  rested(): void;
  /** Too much waits: the peer is to be held back. */
  pause(): void;
  /** It no longer does. */
  resume(): void;
}

/**
 * Takes frames out of a client's octets one after the other, each dealt with completely before the next is looked
 * at, and lets other sessions have their turn.
 */
export class FramePump {
  readonly #decoder = new StompDecoder(PRE_CONNECT_DECODER_LIMITS);
  #busy = false;
  /** Frames since other sessions had their turn. */
  #handled = 0;
  #paused = false;
  readonly #whenRested: (() => void)[] = [];

  constructor(private readonly port: FramePumpPort) {}

  /** Whether a frame is being dealt with. */
  get isBusy(): boolean {
    return this.#busy;
  }

  /** Whether the peer is held back. */
  get isPaused(): boolean {
    return this.#paused;
  }

  /** Resolved when all that has arrived is dealt with; `undefined` when it is already. */
  whenRested(): Promise<void> | undefined {
    return this.#busy ? new Promise((resolve) => this.#whenRested.push(resolve)) : undefined;
  }

  /** From now on frames are read by the rules of a version, and within these limits. */
  connected(version: StompVersion, limits: StompDecoderLimits): void {
    this.#decoder.version = version;
    this.#decoder.limits = limits;
  }

  /** Octets from the client, cut anywhere. */
  push(chunk: Uint8Array): void {
    this.#decoder.push(chunk);
    if (!this.#busy) {
      this.#handled = 0;
      this.#run();
    } else if (!this.#paused && this.#decoder.bufferedBytes > WAITING_BYTES) {
      this.#paused = true;
      this.port.pause();
    }
  }

  #run(): void {
    while (this.port.isOpen()) {
      if (this.#handled >= FRAMES_PER_TURN) {
        this.#handled = 0;
        this.#wait(new Promise((resolve) => setImmediate(resolve)));
        return;
      }
      let frame: StompFrame | undefined;
      let done: MaybePromise<void>;
      try {
        frame = this.#decoder.next();
        if (frame === undefined) break;
        this.#handled++;
        done = this.port.handle(frame);
      } catch (error) {
        done = this.port.fail(error, frame);
      }
      if (isPromise(done)) {
        // A promise that is kept at once gives nobody else a turn.
        if (this.#handled === 1) setImmediate(() => (this.#handled = 0));
        this.#wait(done, frame);
        return;
      }
    }
    this.#rest();
  }

  /** Holds the next frame back until this one is done. */
  #wait(done: Promise<unknown>, frame?: StompFrame): void {
    this.#busy = true;
    done
      .catch((error: unknown) => this.port.fail(error, frame))
      .then(() => {
        this.#busy = false;
        this.#run();
      })
      .catch((error: unknown) => {
        this.#busy = false;
        this.port.broken(error);
        this.#rest();
      });
  }

  #rest(): void {
    for (const tell of this.#whenRested.splice(0)) tell();
    this.port.rested();
    if (!this.#paused) return;
    this.#paused = false;
    this.port.resume();
  }
}
