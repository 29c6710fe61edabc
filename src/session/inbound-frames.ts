import { isPromise, type MaybePromise } from '../messaging/maybe-promise.js';
import { withHeaders, type Message } from '../messaging/message.js';
import type { SendOutcome } from '../messaging/message-channel.js';
import type { StompFrame } from '../protocol/stomp-frame.js';
import { ConcurrentSends } from './concurrent-sends.js';
import { requireHandled } from './frame-checks.js';
import type { SessionLog } from './session-log.js';
import type { StompSessionContext } from './stomp-session-context.js';

/** What a frame's way through `clientInboundChannel` means for its session. */
export interface InboundFramesPort {
  /** @returns whether the client asked for a receipt */
  sendReceipt(frame: StompFrame): boolean;
  /**
   * A SUBSCRIBE or UNSUBSCRIBE has been dealt with.
   *
   * @param isLive whether the subscription is live, or was until now
   */
  changed(message: Message, outcome: SendOutcome, isLive: boolean): void;
  fail(error: unknown, frame: StompFrame): MaybePromise<void>;
  /** The failure of a frame could not be dealt with either. */
  broken(error: unknown): void;
}

/** Sends a session's frames on `clientInboundChannel` and, when they have taken effect, their receipts. */
export class InboundFrames {
  /** Both made with the first: most sessions never have one. */
  #sends: ConcurrentSends | undefined;
  /** Answered whenever a broker elsewhere is there: nobody waits for these. */
  #subscribes: ConcurrentSends | undefined;

  constructor(
    private readonly context: Pick<StompSessionContext, 'inbound' | 'preserveReceiveOrder' | 'leavesProcess'>,
    private readonly log: SessionLog,
    private readonly port: InboundFramesPort,
  ) {}

  /**
   * Resolved when the SENDs that were handed over without waiting for them have ended; `undefined` if there are none.
   *
   * @param withSubscribes and SUBSCRIBEs that a broker or nodes elsewhere have to confirm, too, which may take long
   */
  whenSettled(withSubscribes = false): Promise<unknown> | undefined {
    return this.#sends?.whenSettled() ?? (withSubscribes ? this.#subscribes?.whenSettled() : undefined);
  }

  /** @returns settled when the next frame may be dealt with */
  sendSend(message: Message, frame: StompFrame): MaybePromise<void> {
    if (this.context.leavesProcess === true) return this.#sendReleasable('SEND', message, frame);
    const done = this.send(message, frame);
    if (!isPromise(done) || this.context.preserveReceiveOrder || this.#sends?.isFull === true) return done;
    this.#others('SEND').add(done, (error) => this.port.fail(error, frame));
    return undefined;
  }

  /**
   * @param settle says whether the subscription is live
   * @returns settled when the next frame may be dealt with
   */
  sendSubscribe(
    message: Message,
    frame: StompFrame,
    settle: (outcome: SendOutcome) => boolean,
  ): MaybePromise<void> {
    return this.context.leavesProcess === true
      ? this.#sendReleasable('SUBSCRIBE', message, frame, settle)
      : this.send(message, frame, settle);
  }

  /**
   * @param settle says whether the subscription is live, or was until now
   * @returns settled when the frame has had its effect
   */
  send(message: Message, frame: StompFrame, settle?: (outcome: SendOutcome) => boolean): MaybePromise<void> {
    const sent = this.context.inbound.send(message);
    const finish = (outcome: SendOutcome): void => {
      const isLive = settle?.(outcome) ?? false;
      try {
        this.#confirm(message, frame, outcome);
      } finally {
        this.port.changed(message, outcome, isLive);
      }
    };
    return isPromise(sent) ? sent.then(finish) : finish(sent);
  }

  /** Whoever takes the frame may say that the next one need not wait for its effect: it has its place in the order. */
  #sendReleasable(
    command: 'SEND' | 'SUBSCRIBE',
    message: Message,
    frame: StompFrame,
    settle?: (outcome: SendOutcome) => boolean,
  ): MaybePromise<void> {
    const others = this.#others(command);
    const isUnordered = command === 'SEND' && !this.context.preserveReceiveOrder;
    let release: (released: true) => void = () => undefined;
    const released = new Promise<true>((resolve) => (release = resolve));
    if (isUnordered) release(true);
    const releasable = withHeaders(message, { simpRelease: () => release(true) });
    const done = this.send(releasable, frame, settle);
    if (!isPromise(done) || others.isFull) return done;
    return Promise.race([done, released]).then((isReleased) => {
      if (isReleased === true) others.add(done, (error) => this.port.fail(error, frame));
    });
  }

  #others(command: 'SEND' | 'SUBSCRIBE'): ConcurrentSends {
    return command === 'SEND'
      ? (this.#sends ??= new ConcurrentSends(this.port))
      : (this.#subscribes ??= new ConcurrentSends(this.port));
  }

  #confirm(message: Message, frame: StompFrame, outcome: SendOutcome): void {
    // UNSUBSCRIBE has its effect here, whoever served the subscription.
    if (frame.headers.has('receipt') && frame.command !== 'UNSUBSCRIBE')
      requireHandled(frame.command, outcome, message.headers.simpDestination);
    if (!this.port.sendReceipt(frame) && outcome === 'unhandled') this.log.dropped(message);
  }
}
