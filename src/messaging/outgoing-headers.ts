import type { MessageHeaders } from './message.js';
import type { NativeHeaders } from './native-headers.js';

/** Where a message of the application goes. */
export type OutgoingTarget = Pick<MessageHeaders, 'simpDestination' | 'simpSessionId' | 'simpSubscriptionId'>;

/**
 * The headers of a message that the application sends. What is added when a user destination is translated has its place
 * already: to add a header to a copy costs V8 a hundred times the copy.
 */
export function outgoingHeaders(
  { simpDestination, simpSessionId, simpSubscriptionId }: OutgoingTarget,
  contentType: string | undefined,
  nativeHeaders: NativeHeaders,
): MessageHeaders {
  return {
    simpMessageType: 'MESSAGE',
    simpDestination,
    simpSessionId,
    simpSubscriptionId,
    simpOrigDestination: undefined,
    simpUserSessionIds: undefined,
    simpUserElsewhere: undefined,
    contentType,
    nativeHeaders,
  };
}
