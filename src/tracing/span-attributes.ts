import { SpanStatusCode, type Attributes, type Span } from '@opentelemetry/api';
import type { Message } from '../messaging/message.js';
import { isStompError } from '../messaging/messaging-error.js';

/** A client may write a destination of any length; 200 characters tell one from another. */
const SHOWN_DESTINATION = 200;

/**
 * What the spans of a message say, in OpenTelemetry's semantic conventions for messaging. Neither the body nor the user is
 * among it: traces are read by more people than messages.
 */
export function attributesOf({ headers, payload }: Message): Attributes {
  const { simpDestination = '', simpSessionId } = headers;
  return {
    'messaging.system': 'stomp',
    'messaging.destination.name': simpDestination.slice(0, SHOWN_DESTINATION),
    ...(simpSessionId === undefined ? {} : { 'session.id': simpSessionId }),
    ...(payload instanceof Uint8Array ? { 'messaging.message.body.size': payload.length } : {}),
  };
}

/** A span's end in an error: its code, and all of it as an event. */
export function endInError(span: Span, error: unknown): void {
  span.recordException(error instanceof Error ? error : String(error));
  span.setAttribute('error.type', isStompError(error) ? error.code : nameOf(error));
  span.setStatus({
    code: SpanStatusCode.ERROR,
    message: error instanceof Error ? error.message : String(error),
  });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
