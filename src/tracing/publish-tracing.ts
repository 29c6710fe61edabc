import { context, trace } from '@opentelemetry/api';
import type { ChannelInterceptor } from '../messaging/channel-interceptor.js';
import type { Message } from '../messaging/message.js';
import { withContext } from './trace-headers.js';

/**
 * An interceptor of `brokerChannel`: what is published inside a span, by a handler or anywhere else, carries the trace to
 * those who receive it.
 */
export class PublishTracing implements ChannelInterceptor {
  preSend(message: Message): Message {
    const active = context.active();
    const isTraced = message.headers.simpMessageType === 'MESSAGE' && trace.getSpan(active) !== undefined;
    return isTraced ? withContext(message, active) : message;
  }
}
