import { isPromise, type MaybePromise } from '../messaging/maybe-promise.js';
import { StompDecoder } from '../protocol/stomp-decoder.js';
import { PRE_CONNECT_DECODER_LIMITS, type StompDecoderLimits } from '../protocol/stomp-decoder-limits.js';
import type { StompFrame } from '../protocol/stomp-frame.js';
import type { StompVersion } from '../protocol/stomp-version.js';
import { FrameDeadline } from './frame-deadline.js';
import { OPENING_BYTES, type InboundLimits } from './inbound-limits.js';
import { InboundRate } from './inbound-rate.js';
import { FRAMES_PER_TURN, WAITING_BYTES } from './session.constants.js';
import type { SessionTransport } from './session-transport.js';
import { SessionError } from './session-error.js';
import type { WheelTimer } from './timer-wheel.js';

/** What a pump does with frames. */
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
  #whenRested: (() => void)[] | undefined;
  /** Made with the first frame that comes in pieces. */
  #deadline: FrameDeadline | undefined;
  readonly #rate: InboundRate | undefined;
  /** Octets so far while no frame has come; `undefined` from then on. */
  #opening: number | undefined = 0;
  #heldBack: { readonly timer: WheelTimer; readonly release: () => void } | undefined;
  #isHeld = false;

  /** @param transport where the octets come from: too much that waits holds the peer back */
  constructor(
    private readonly port: FramePumpPort,
    private readonly transport: Pick<SessionTransport, 'pause' | 'resume'>,
    private readonly limits: InboundLimits,
  ) {
    const { wheel, inboundRate } = limits;
    if (inboundRate !== undefined) this.#rate = new InboundRate(inboundRate, () => wheel.now());
  }

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
    return this.#busy ? new Promise((resolve) => (this.#whenRested ??= []).push(resolve)) : undefined;
  }

  /** From now on frames are read by the rules of a version, and within these limits. */
  connected(version: StompVersion, limits: StompDecoderLimits): void {
    this.#decoder.version = version;
    this.#decoder.limits = limits;
  }

  /** Octets from the client, cut anywhere. */
  push(chunk: Uint8Array): void {
    this.#decoder.push(chunk);
    this.#rate?.message(chunk.length);
    if (this.#opening !== undefined) this.#opening += chunk.length;
    if (!this.#busy) {
      this.#handled = 0;
      this.#run();
    } else if (this.#decoder.bufferedBytes > WAITING_BYTES) this.#pause();
  }

  /** Reads nothing more from now on. What has arrived is still dealt with. */
  hold(): void {
    this.#isHeld = true;
    this.#pause();
  }

  /** Waits for nothing any more: the conversation is over. */
  stop(): void {
    this.#deadline?.end();
    this.#heldBack?.timer.cancel();
    this.#heldBack?.release();
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
        frame = this.#next();
        const holdBackMs = this.#rate?.holdBackMs() ?? 0;
        if (holdBackMs > 0) {
          this.#holdBack(holdBackMs, frame);
          return;
        }
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

  #next(): StompFrame | undefined {
    const frame = this.#decoder.next();
    if (this.#opening !== undefined) this.#checkOpening(this.#opening, frame !== undefined);
    if (frame !== undefined) {
      this.#deadline?.end();
      this.#rate?.frame();
    } else if (this.#decoder.hasPartialFrame) (this.#deadline ??= this.#newDeadline()).begin();
    return frame;
  }

  #newDeadline(): FrameDeadline {
    const { wheel, frameTimeLimitMs } = this.limits;
    return new FrameDeadline(wheel, frameTimeLimitMs, () => {
      void this.port.fail(SessionError.frameTimeout(frameTimeLimitMs), undefined);
    });
  }

  #checkOpening(octets: number, hasFrame: boolean): void {
    // What has come behind the frame is not looked at yet.
    const before = hasFrame ? octets - this.#decoder.bufferedBytes : octets;
    if (before > OPENING_BYTES) throw SessionError.openingLimit(OPENING_BYTES);
    if (hasFrame) this.#opening = undefined;
  }

  /** The client has sent too much of late: it is read from again, and its frame dealt with, in a while. */
  #holdBack(ms: number, frame: StompFrame | undefined): void {
    if (this.#rate?.isOverForLong === true) throw SessionError.rateLimit();
    this.#pause();
    this.#deadline?.heldBack(ms);
    const later = new Promise<void>((release) => {
      this.#heldBack = { timer: this.limits.wheel.schedule(ms, release), release };
    });
    const handle = (): MaybePromise<void> => {
      this.#heldBack = undefined;
      if (frame !== undefined && this.port.isOpen()) return this.port.handle(frame);
      return undefined;
    };
    this.#wait(later.then(handle), frame);
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.transport.pause();
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
    this.#tellRested();
    this.port.rested();
    if (!this.#paused || this.#isHeld) return;
    this.#paused = false;
    this.transport.resume();
  }

  #tellRested(): void {
    const waiting = this.#whenRested;
    if (waiting === undefined) return;
    this.#whenRested = undefined;
    for (const tell of waiting) tell();
  }
}
