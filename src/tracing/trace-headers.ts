import {
  propagation,
  ROOT_CONTEXT,
  type Context,
  type TextMapGetter,
  type TextMapSetter,
} from '@opentelemetry/api';
import { withHeaders, type Message } from '../messaging/message.js';
import type { NativeHeaders } from '../messaging/native-headers.js';

const READ: TextMapGetter<NativeHeaders> = {
  get: (headers, name) => headers.get(name)?.[0],
  keys: (headers) => [...headers.keys()],
};

const WRITE: TextMapSetter<Map<string, readonly string[]>> = {
  set: (headers, name, value) => {
    headers.set(name, [value]);
  },
};

/** The trace that a message says it belongs to, by the propagator of the application: `traceparent` and the like. */
export function contextOf({ headers }: Message): Context {
  return propagation.extract(ROOT_CONTEXT, headers.nativeHeaders, READ);
}

/** The message with headers that say which trace it belongs to. */
export function withContext(message: Message, context: Context): Message {
  const nativeHeaders = new Map(message.headers.nativeHeaders);
  propagation.inject(context, nativeHeaders, WRITE);
  return withHeaders(message, { nativeHeaders });
}
