import {
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Context,
  type Link,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import type { ChannelInterceptor } from '../messaging/channel-interceptor.js';
import { withHeaders, type Message } from '../messaging/message.js';
import type { MessageChannel } from '../messaging/message-channel.js';
import { attributesOf, endInError } from './span-attributes.js';
import { contextOf, withContext } from './trace-headers.js';

/** The header, never sent, that holds a message's span. */
const SPAN = 'otelSpan';

/** What clients ask for: the name of the span, and the kind of operation it is. */
const FRAMES: Readonly<Record<string, { readonly command: string; readonly operation: string }>> = {
  MESSAGE: { command: 'SEND', operation: 'receive' },
  SUBSCRIBE: { command: 'SUBSCRIBE', operation: 'subscribe' },
};

/** The span of the frame that a message is; `undefined` when it has none. */
export function spanOf({ headers }: Message): Span | undefined {
  return headers[SPAN] as Span | undefined;
}

/**
 * The first interceptor of `clientInboundChannel`: a span for each SEND and SUBSCRIBE, from its arrival until it has taken
 * effect, as a part of the trace that the client names. A message that goes on to other clients says that it is a part of it,
 * too.
 */
export class FrameTracing implements ChannelInterceptor {
  constructor(
    private readonly tracer: Tracer,
    private readonly clientTraces: 'continue' | 'link',
  ) {}

  preSend(message: Message): Message {
    const frame = FRAMES[message.headers.simpMessageType];
    if (frame === undefined) return message;
    const { parent, links } = this.#originOf(message);
    const attributes = {
      ...attributesOf(message),
      'messaging.operation.name': frame.command,
      'messaging.operation.type': frame.operation,
    };
    // The name has no destination: clients would make as many names as they like.
    const span = this.tracer.startSpan(frame.command, { kind: SpanKind.SERVER, attributes, links }, parent);
    const own = withContext(message, trace.setSpan(parent, span));
    return withHeaders(own, { [SPAN]: span });
  }

  #originOf(message: Message): { readonly parent: Context; readonly links: Link[] } {
    const named = contextOf(message);
    if (this.clientTraces === 'continue') return { parent: named, links: [] };
    const linked = trace.getSpanContext(named);
    return { parent: ROOT_CONTEXT, links: linked === undefined ? [] : [{ context: linked }] };
  }

  afterSendCompletion(message: Message, _channel: MessageChannel, sent: boolean, error?: unknown): void {
    const span = spanOf(message);
    if (span === undefined) return;
    if (error !== undefined) endInError(span, error);
    else if (!sent) span.addEvent('vetoed by an interceptor');
    span.end();
  }
}
