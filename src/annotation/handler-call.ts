import { isObservable } from 'rxjs';
import { isPromise, type MaybePromise } from '../messaging/maybe-promise.js';
import { isAsyncIterable } from './async-iterable-results.js';
import type { HandlerResults } from './handler-context.js';
import { IterablesOfCall } from './iterables-of-call.js';

/** A parameter as Nest describes it. */
export interface HandlerParameter {
  readonly index: number;
  readonly pipes: readonly unknown[];
  extractValue(...args: unknown[]): unknown;
}

/** What Nest has made for one method, see `HandlerPipeline`. */
export interface HandlerParts {
  readonly instance: object;
  readonly callback: (...args: unknown[]) => unknown;
  /** Rejects when one refuses; `null` when there is none. */
  readonly guards: ((args: unknown[]) => Promise<void>) | null;
  readonly interceptors: readonly unknown[];
  /** Calls `next` with the interceptors around it. */
  readonly intercept: (args: unknown[], next: () => Promise<unknown>) => Promise<unknown>;
  /** None at all, when the method has no decorated parameters: then it is given the arguments themselves. */
  readonly parameters: readonly HandlerParameter[];
  /** Passes a value through the pipes of a parameter. */
  readonly pipe: (value: unknown, parameter: HandlerParameter) => Promise<unknown>;
  /** Asks the exception filters; rejects with the error when none is for it. */
  readonly filter: (error: unknown, args: unknown[]) => Promise<unknown>;
  /** Told of what an async iterable throws when nobody wants its values any more. */
  readonly onLateFailure: (error: unknown) => void;
}

/**
 * One method with what stands around it, in Nest's order: guards, interceptors, pipes, the method, and filters around all
 * of that. Nothing that is not there costs anything: a method that is synchronous and has neither guards, interceptors
 * nor pipes is called and answered in the same turn of the event loop.
 */
export class HandlerCall {
  /** The arguments of the method before they are known. */
  readonly #blank: readonly unknown[];

  constructor(private readonly parts: HandlerParts) {
    const length = Math.max(0, ...parts.parameters.map(({ index }) => index + 1));
    this.#blank = Array.from<unknown>({ length }).fill(undefined);
  }

  /** @param args what `ExecutionContext.getArgs` shows */
  run(args: unknown[], results: HandlerResults): MaybePromise<unknown> {
    const { guards } = this.parts;
    try {
      const done =
        guards === null
          ? this.#proceed(args, results)
          : guards(args).then(() => this.#proceed(args, results));
      return isPromise(done) ? done.catch((error: unknown) => this.#rescue(error, args, results)) : done;
    } catch (error) {
      return this.#rescue(error, args, results);
    }
  }

  #proceed(args: unknown[], results: HandlerResults): MaybePromise<unknown> {
    if (this.parts.interceptors.length > 0) return this.#intercepted(args, results);
    const value = this.#invoke(args);
    if (!isPromise(value)) return this.#deliver(value, results);
    // A promise of another make may lack what ours has.
    return Promise.resolve(value).then((settled) => this.#deliver(settled, results));
  }

  #invoke(args: unknown[]): unknown {
    const { callback, instance, parameters } = this.parts;
    if (parameters.length === 0) return callback.apply(instance, args);
    const values = this.#valuesOf(args);
    return isPromise(values)
      ? values.then((settled) => callback.apply(instance, settled))
      : callback.apply(instance, values);
  }

  /** The parameters are independent: each is piped, whatever becomes of the others. */
  #valuesOf(args: unknown[]): MaybePromise<unknown[]> {
    const values = this.#blank.slice();
    let pending: Promise<void>[] | undefined;
    for (const parameter of this.parts.parameters) {
      const value = this.#valueOf(parameter, args);
      if (!isPromise(value)) values[parameter.index] = value;
      else (pending ??= []).push(value.then((settled) => void (values[parameter.index] = settled)));
    }
    return pending === undefined ? values : Promise.all(pending).then(() => values);
  }

  #valueOf(parameter: HandlerParameter, args: unknown[]): unknown {
    try {
      const value = parameter.extractValue(...args);
      if (parameter.pipes.length > 0) return this.parts.pipe(value, parameter);
      return isPromise(value) ? Promise.resolve(value) : value;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Results are taken here, inside the reach of the filters. What was sent at once costs no turn. */
  #deliver(value: unknown, results: HandlerResults): MaybePromise<unknown> {
    return isObservable(value) || isAsyncIterable(value) ? this.#stream(value, results) : results.emit(value);
  }

  async #stream(value: unknown, results: HandlerResults): Promise<void> {
    const iterables = this.#iterables(results);
    try {
      const values = iterables.toObservable(value);
      results.markStreaming();
      if (isObservable(values)) await results.follow(values);
    } finally {
      iterables.end();
    }
  }

  async #intercepted(args: unknown[], results: HandlerResults): Promise<void> {
    const iterables = this.#iterables(results);
    // Interceptors may change their copy; a method has what was there before.
    const given = [...args];
    try {
      const result = await this.parts.intercept(args, async () => {
        const value = iterables.toObservable(await this.#invoke(given));
        if (isObservable(value)) results.markStreaming();
        return value;
      });
      await (isObservable(result) ? results.follow(result) : results.emit(result));
    } finally {
      iterables.end();
    }
  }

  #iterables(results: HandlerResults): IterablesOfCall {
    return new IterablesOfCall(() => results.whenSent?.() ?? Promise.resolve(), this.parts.onLateFailure);
  }

  async #rescue(error: unknown, args: unknown[], results: HandlerResults): Promise<unknown> {
    return (await results.handleException?.(error)) === true ? null : this.parts.filter(error, args);
  }
}
