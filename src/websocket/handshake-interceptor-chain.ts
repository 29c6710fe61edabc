import { isPromise, type MaybePromise } from '../messaging/maybe-promise.js';
import type { MessagingLogger } from '../messaging/messaging-logger.js';
import { HandshakeError } from './handshake-error.js';
import type { HandshakeInterceptor, HandshakeRequest } from './handshake-interceptor.js';
import { refusal, type HandshakeRefusal } from './handshake-refusal.js';

/** What came of asking: nothing stands in the way, or something does. */
type Verdict = HandshakeRefusal | undefined;

/** The interceptors of an endpoint over one handshake: before it in their order, after it in reverse. */
export class HandshakeInterceptorChain {
  readonly #passed: HandshakeInterceptor[] = [];
  #outcome: { readonly error: unknown } | undefined;

  constructor(
    private readonly interceptors: readonly HandshakeInterceptor[],
    private readonly handshake: HandshakeRequest,
    private readonly logger: MessagingLogger,
  ) {}

  /**
   * Asks the interceptors until one refuses, or {@link after} has been called meanwhile. It never throws.
   *
   * @returns the refusal, of which those who had let the handshake pass have been told; `undefined` when all have
   */
  before(): MaybePromise<Verdict> {
    return this.#askFrom(0);
  }

  /** Tells the interceptors that have let the handshake pass what has become of it. Only the first call counts. */
  after(error?: unknown): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = { error };
    for (const interceptor of this.#passed.reverse()) this.#tell(interceptor, error);
  }

  #askFrom(start: number): MaybePromise<Verdict> {
    for (let index = start; index < this.interceptors.length; index++) {
      const verdict = this.#ask(this.interceptors[index]);
      if (isPromise(verdict)) return this.#continue(verdict, index + 1);
      if (verdict !== undefined) return verdict;
    }
    return undefined;
  }

  async #continue(asked: Promise<Verdict>, next: number): Promise<Verdict> {
    const verdict = await asked;
    // When the client has left meanwhile, the others need not be asked.
    return verdict ?? (this.#outcome === undefined ? this.#askFrom(next) : undefined);
  }

  #ask(interceptor: HandshakeInterceptor): MaybePromise<Verdict> {
    try {
      const answer = interceptor.beforeHandshake(this.handshake);
      return isPromise(answer) ? this.#await(interceptor, answer) : this.#judge(interceptor, answer);
    } catch (error) {
      return this.#failed(interceptor, error);
    }
  }

  async #await(interceptor: HandshakeInterceptor, answer: Promise<boolean | void>): Promise<Verdict> {
    try {
      return this.#judge(interceptor, await answer);
    } catch (error) {
      return this.#failed(interceptor, error);
    }
  }

  #judge(interceptor: HandshakeInterceptor, answer: boolean | void): Verdict {
    // Whatever else JavaScript may return here, `null` or 0, was hardly meant as a yes.
    if (answer !== true && answer !== undefined) {
      return this.#refuse(
        403,
        'Handshake refused',
        new HandshakeError('An interceptor refused the handshake'),
      );
    }
    // Too late: the handshake is over. But what this interceptor has begun, it must be able to end.
    if (this.#outcome !== undefined) this.#tell(interceptor, this.#outcome.error);
    else this.#passed.push(interceptor);
    return undefined;
  }

  #failed(interceptor: HandshakeInterceptor, error: unknown): Verdict {
    const known = statusOf(error);
    if (known !== undefined) return this.#refuse(known.status, known.message, error);
    this.#log(interceptor, 'beforeHandshake', error);
    return this.#refuse(
      500,
      'The server failed',
      error ?? new HandshakeError('An interceptor threw nothing'),
    );
  }

  #refuse(status: number, reason: string, error: unknown): HandshakeRefusal {
    this.after(error);
    return refusal(status, reason);
  }

  #tell(interceptor: HandshakeInterceptor, error: unknown): void {
    const failed = (failure: unknown): void => this.#log(interceptor, 'afterHandshake', failure);
    try {
      // `void` allows asynchronous methods, and an unhandled rejection would end the process.
      Promise.resolve<unknown>(interceptor.afterHandshake?.(this.handshake, error)).catch(failed);
    } catch (failure) {
      failed(failure);
    }
  }

  #log(interceptor: HandshakeInterceptor, method: string, error: unknown): void {
    const name = interceptor.constructor?.name ?? 'HandshakeInterceptor';
    // Never the whole error: those of HTTP clients carry requests with their credentials.
    const [text, stack] =
      error instanceof Error ? [String(error), error.stack] : [`Thrown was: ${typeof error}`];
    this.logger.error(`${name}.${method} failed on ${this.handshake.path}. ${text}`, stack);
  }
}

/** Status and message of Nest's `HttpException`, by its shape: the application may have a second copy of Nest. */
function statusOf(error: unknown): { readonly status: number; readonly message: string } | undefined {
  const { getStatus } = (error ?? {}) as { readonly getStatus?: unknown };
  if (!(error instanceof Error) || typeof getStatus !== 'function') return undefined;
  const status: unknown = getStatus.call(error);
  // A success or a switch of protocols is no refusal.
  if (!Number.isInteger(status) || (status as number) < 400 || (status as number) > 599) return undefined;
  return { status: status as number, message: error.message };
}
