import { context, ROOT_CONTEXT, SpanKind, trace, type Tracer } from '@opentelemetry/api';
import type { HandlerCall, HandlerObserver } from '../annotation/handler-observer.js';
import { spanOf } from './frame-tracing.js';
import { attributesOf, endInError } from './span-attributes.js';

/** A span for each call of an annotated method; what the method does is inside it. */
export class HandlerTracing implements HandlerObserver {
  constructor(private readonly tracer: Tracer) {}

  async around({ handler, message }: HandlerCall, proceed: () => Promise<boolean>): Promise<boolean> {
    const mapping = handler.patterns.map(({ source }) => source).join(', ');
    const attributes = {
      ...attributesOf(message),
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.template': mapping,
      'code.function.name': handler.name,
    };
    const frame = spanOf(message);
    const parent = frame === undefined ? context.active() : trace.setSpan(ROOT_CONTEXT, frame);
    const span = this.tracer.startSpan(`process ${mapping}`, { kind: SpanKind.CONSUMER, attributes }, parent);
    try {
      return await context.with(trace.setSpan(parent, span), proceed);
    } catch (error) {
      endInError(span, error);
      throw error;
    } finally {
      span.end();
    }
  }
}
