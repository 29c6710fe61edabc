import type { ExceptionHandlerMethodResolver } from './exception-handler-method-resolver.js';
import type { Host } from './host-discovery.js';
import type { MessageControllerAdviceOptions } from './message-controller-advice.decorator.js';

/** Knows whose exception handlers are for which host. */
export class ExceptionHandlerRegistry {
  readonly #own = new Map<Host, ExceptionHandlerMethodResolver>();
  readonly #advices: {
    readonly resolver: ExceptionHandlerMethodResolver;
    readonly options: MessageControllerAdviceOptions;
  }[] = [];

  /** @param advice what the decorator of an advice says; `undefined` for any other class */
  register(
    host: Host,
    resolver: ExceptionHandlerMethodResolver,
    advice: MessageControllerAdviceOptions | undefined,
  ): void {
    this.#own.set(host, resolver);
    if (advice !== undefined) this.#advices.push({ resolver, options: advice });
  }

  /** The host's own, then those of advices for it, in the order of their registration. */
  forHost(host: Host): readonly ExceptionHandlerMethodResolver[] {
    const own = this.#own.get(host);
    const advices = this.#advices
      .filter(({ resolver, options }) => resolver !== own && isFor(host, options))
      .map(({ resolver }) => resolver);
    return own === undefined ? advices : [own, ...advices];
  }
}

function isFor({ prototype }: Host, { controllers }: MessageControllerAdviceOptions): boolean {
  if (controllers === undefined) return true;
  return controllers.some(
    (type) => type.prototype === prototype || Object.prototype.isPrototypeOf.call(type.prototype, prototype),
  );
}
