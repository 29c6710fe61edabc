import type { ChannelInterceptor } from './channel-interceptor.js';
import { isPromise, type MaybePromise } from './maybe-promise.js';
import type { Message } from './message.js';
import type { MessageHandler, SendOutcome, TransactionalChannel } from './message-channel.js';
import { isStompError, MessageDeliveryError, MessageRejectedError } from './messaging-error.js';
import type { MessagingLogger } from './messaging-logger.js';
import { textOfThrown } from './thrown-text.js';

/**
 * Which messages of a channel must not overtake each other while asynchronous interceptors look at them: those
 * with the same key. `undefined` leaves a message free.
 */
export type OrderKey = (message: Message) => string | undefined;

/**
 * A channel whose subscribers each see every message and decide for themselves whether it is theirs.
 *
 * Without interceptors a send is a plain call of each subscriber. With interceptors, messages of one order key
 * pass one after the other, so that a slow interceptor delays but never reorders.
 */
export class SubscribableChannel implements TransactionalChannel {
  readonly #handlers: MessageHandler[] = [];
  readonly #interceptors: ChannelInterceptor[] = [];
  readonly #unsentListeners = new Set<(message: Message) => void>();
  readonly #tails = new Map<string, Promise<void>>();

  constructor(
    readonly name: string,
    protected readonly logger: MessagingLogger,
    private readonly orderKey: OrderKey = () => undefined,
  ) {}

  /** Adds a subscriber. The answer takes it away again. */
  subscribe(handler: MessageHandler): () => void {
    this.#handlers.push(handler);
    return () => {
      const index = this.#handlers.indexOf(handler);
      if (index >= 0) this.#handlers.splice(index, 1);
    };
  }

  addInterceptor(interceptor: ChannelInterceptor): void {
    this.#interceptors.push(interceptor);
  }

  /** Has an interceptor see messages before all that are there, and their end after all of them. */
  addFirstInterceptor(interceptor: ChannelInterceptor): void {
    this.#interceptors.unshift(interceptor);
  }

  /**
   * Tells a listener of messages that an interceptor kept from the subscribers, by a veto or by throwing. The
   * answer takes it away again.
   */
  onUnsent(listener: (message: Message) => void): () => void {
    this.#unsentListeners.add(listener);
    return () => this.#unsentListeners.delete(listener);
  }

  send(message: Message): MaybePromise<SendOutcome> {
    if (this.#interceptors.length === 0) return this.#dispatch(message);
    const key = this.orderKey(message);
    return key === undefined ? this.#intercept(message, () => undefined) : this.#inOrder(key, message);
  }

  sendAll(messages: readonly Message[]): MaybePromise<readonly SendOutcome[]> {
    if (this.#interceptors.length > 0) return this.#interceptAll(messages);
    this.#checkAll(messages);
    return this.#dispatchAll(messages);
  }

  /** Messages that interceptors are still looking at. */
  get pendingKeys(): number {
    return this.#tails.size;
  }

  protected get hasInterceptors(): boolean {
    return this.#interceptors.length > 0;
  }

  async #inOrder(key: string, message: Message): Promise<SendOutcome> {
    const previous = this.#tails.get(key);
    let end: () => void = () => undefined;
    const turn = new Promise<void>((resolve) => (end = resolve));
    this.#tails.set(key, turn);
    const passOn = (): void => {
      if (this.#tails.get(key) === turn) this.#tails.delete(key);
      end();
    };
    try {
      if (previous !== undefined) await previous;
      return await this.#intercept(message, passOn);
    } finally {
      passOn();
    }
  }

  /** @param passOn lets the next message of the same order go: the subscribers have had this one */
  async #intercept(original: Message, passOn: () => void): Promise<SendOutcome> {
    const passed: ChannelInterceptor[] = [];
    let message = original;
    let state: 'unsent' | 'with-subscribers' | 'sent' = 'unsent';
    try {
      for (const interceptor of this.#interceptors) {
        const next = interceptor.preSend ? await interceptor.preSend(message, this) : message;
        if (next === null) {
          this.#tellUnsent(message);
          await this.#complete(passed, message, false);
          return 'vetoed';
        }
        message = next;
        passed.push(interceptor);
      }
      state = 'with-subscribers';
      const outcome = await this.#dispatch(message);
      state = 'sent';
      passOn();
      for (const interceptor of passed) await interceptor.postSend?.(message, this, true);
      await this.#complete(passed, message, true);
      return outcome;
    } catch (error) {
      const failure = state === 'with-subscribers' ? error : this.#refusal(error);
      if (state === 'unsent') this.#tellUnsent(message);
      await this.#complete(passed, message, state === 'sent', failure);
      throw failure;
    }
  }

  async #interceptAll(originals: readonly Message[]): Promise<readonly SendOutcome[]> {
    const looked: { message: Message; readonly passed: ChannelInterceptor[] }[] = [];
    const completeAll = async (sent: boolean, error?: unknown): Promise<void> => {
      for (const { passed, message } of looked) await this.#complete(passed, message, sent, error);
    };
    try {
      for (const message of originals) {
        const look = { message, passed: [] as ChannelInterceptor[] };
        looked.push(look);
        for (const interceptor of this.#interceptors) {
          const next = interceptor.preSend ? await interceptor.preSend(look.message, this) : look.message;
          if (next === null) throw new MessageRejectedError('A part of the transaction was not accepted');
          look.message = next;
          look.passed.push(interceptor);
        }
      }
      this.#checkAll(looked.map(({ message }) => message));
    } catch (error) {
      const failure = this.#refusal(error);
      for (const { message } of looked) this.#tellUnsent(message);
      await completeAll(false, failure);
      throw failure;
    }
    try {
      const outcomes = await this.#dispatchAll(looked.map(({ message }) => message));
      for (const { passed, message } of looked) {
        for (const interceptor of passed) await interceptor.postSend?.(message, this, true);
      }
      await completeAll(true);
      return outcomes;
    } catch (error) {
      await completeAll(true, error);
      throw error;
    }
  }

  #checkAll(messages: readonly Message[]): void {
    for (const message of messages) for (const handler of this.#handlers) handler.checkMessage?.(message);
  }

  /** In one turn, unless somebody is asynchronous: nobody sees half of it. */
  #dispatchAll(
    messages: readonly Message[],
    outcomes: SendOutcome[] = [],
    errors: unknown[] = [],
  ): MaybePromise<readonly SendOutcome[]> {
    const fail = (error: unknown): SendOutcome => {
      errors.push(error);
      return 'handled';
    };
    while (outcomes.length < messages.length) {
      try {
        const sent = this.#dispatch(messages[outcomes.length]);
        if (isPromise(sent)) {
          return sent.catch(fail).then((outcome) => {
            outcomes.push(outcome);
            return this.#dispatchAll(messages, outcomes, errors);
          });
        }
        outcomes.push(sent);
      } catch (error) {
        outcomes.push(fail(error));
      }
    }
    this.#outcome(true, errors);
    return outcomes;
  }

  /** What a client is told of an error of an interceptor. */
  #refusal(error: unknown): unknown {
    return isStompError(error)
      ? error
      : new MessageDeliveryError(`Failed to send message to ${this.name}`, { cause: error });
  }

  #tellUnsent(message: Message): void {
    for (const listener of this.#unsentListeners) listener(message);
  }

  async #complete(
    passed: readonly ChannelInterceptor[],
    message: Message,
    sent: boolean,
    error?: unknown,
  ): Promise<void> {
    for (const interceptor of [...passed].reverse()) {
      try {
        await interceptor.afterSendCompletion?.(message, this, sent, error);
      } catch (failure) {
        this.logger.error(
          `afterSendCompletion of an interceptor on ${this.name} failed: ${textOfThrown(failure)}`,
        );
      }
    }
  }

  #dispatch(message: Message): MaybePromise<SendOutcome> {
    let handled = false;
    let pending: Promise<boolean>[] | undefined;
    const errors: unknown[] = [];
    for (const handler of this.#handlers) {
      try {
        const answer = handler.handleMessage(message);
        if (isPromise(answer)) (pending ??= []).push(answer);
        else if (answer) handled = true;
      } catch (error) {
        errors.push(error);
      }
    }
    return pending === undefined ? this.#outcome(handled, errors) : this.#settle(handled, errors, pending);
  }

  async #settle(handled: boolean, errors: unknown[], pending: Promise<boolean>[]): Promise<SendOutcome> {
    for (const answer of await Promise.allSettled(pending)) {
      if (answer.status === 'rejected') errors.push(answer.reason);
      else if (answer.value) handled = true;
    }
    return this.#outcome(handled, errors);
  }

  /** The sender hears of the first failure; further ones would be lost without a line in the log. */
  #outcome(handled: boolean, errors: readonly unknown[]): SendOutcome {
    for (const error of errors.slice(1)) {
      this.logger.error(`A further subscriber of ${this.name} failed: ${textOfThrown(error)}`);
    }
    if (errors.length > 0) throw errors[0];
    return handled ? 'handled' : 'unhandled';
  }
}
