import { AsyncLocalStorage } from 'node:async_hooks';
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  TraceFlags,
  type Context,
  type ContextManager,
  type TextMapPropagator,
} from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';

/** What the SDK for Node sets up, as little of it as spans need. */
class LocalContexts implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    active: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.#storage.run(active, () => fn.apply(thisArg, args));
  }

  bind<T>(_context: Context, target: T): T {
    return target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    return this;
  }
}

/** `traceparent` of W3C Trace Context, without its fine print. */
const traceparent: TextMapPropagator = {
  fields: () => ['traceparent'],
  inject: (from, carrier, setter) => {
    const span = trace.getSpanContext(from);
    if (span === undefined) return;
    setter.set(carrier, 'traceparent', `00-${span.traceId}-${span.spanId}-0${span.traceFlags}`);
  },
  extract: (into, carrier, getter) => {
    const [, traceId, spanId] =
      /^00-(\w{32})-(\w{16})-01$/.exec(String(getter.get(carrier, 'traceparent'))) ?? [];
    if (traceId === undefined || spanId === undefined) return into;
    return trace.setSpanContext(into, { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true });
  },
};

/** Records the spans of everything that follows, until {@link stop}. */
export class RecordedTraces {
  readonly #exporter = new InMemorySpanExporter();

  constructor() {
    const spanProcessors = [new SimpleSpanProcessor(this.#exporter)];
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }));
    context.setGlobalContextManager(new LocalContexts());
    propagation.setGlobalPropagator(traceparent);
  }

  /** Those that have ended, in that order. */
  get spans(): readonly ReadableSpan[] {
    return this.#exporter.getFinishedSpans();
  }

  /** `KIND name`, in the order of their ends. */
  get titles(): string[] {
    return this.spans.map(({ kind, name }) => `${SpanKind[kind]} ${name}`);
  }

  named(name: string): ReadableSpan {
    const span = this.spans.find((candidate) => candidate.name === name);
    if (span === undefined) throw new Error(`No span ${name} among ${this.titles.join(', ')}`);
    return span;
  }

  stop(): void {
    trace.disable();
    context.disable();
    propagation.disable();
  }
}
