import { Histogram, type Registry } from 'prom-client';
import type { HandlerCall, HandlerObserver } from '../annotation/handler-observer.js';

/** From half a millisecond to ten seconds: a handler that computes, one that asks a database, one that hangs. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** How long annotated methods take, by mapping: guards, pipes, interceptors and the sending of results included. */
export class HandlerDurations implements HandlerObserver {
  readonly #histogram: Histogram<'mapping' | 'kind' | 'outcome'>;

  constructor(
    registry: Registry,
    readonly name: string,
  ) {
    this.#histogram = new Histogram({
      name,
      help: 'How long annotated methods take, by mapping; one that streams, until its stream has begun',
      labelNames: ['mapping', 'kind', 'outcome'],
      buckets: BUCKETS,
      registers: [registry],
    });
  }

  async around({ handler }: HandlerCall, proceed: () => Promise<boolean>): Promise<boolean> {
    const mapping = handler.patterns.map(({ source }) => source).join(', ');
    const begin = performance.now();
    let outcome = 'failed';
    try {
      const isHandled = await proceed();
      outcome = 'handled';
      return isHandled;
    } finally {
      this.#histogram.observe({ mapping, kind: handler.kind, outcome }, (performance.now() - begin) / 1000);
    }
  }
}
