import { defaultMessageConverter } from '../messaging/composite-message-converter.js';
import type { SendHeaders } from '../messaging/simp-messaging-template.js';
import type { ClientCommand } from '../protocol/stomp-command.js';
import { EMPTY_BODY, type StompFrame } from '../protocol/stomp-frame.js';
import { StompHeaders } from '../protocol/stomp-headers.js';

const CONVERTER = defaultMessageConverter();

/** A frame of a client. Headers of the test stand behind those of the kit and replace them. */
export function clientFrame(
  command: ClientCommand,
  own: Readonly<Record<string, string>>,
  headers: SendHeaders = {},
  body: Buffer = EMPTY_BODY,
): StompFrame {
  const merged = new Map(Object.entries(own));
  for (const [name, value] of Object.entries(headers)) {
    if (value === null || value === undefined) merged.delete(name);
    else merged.set(name, String(value));
  }
  return { command, headers: new StompHeaders(merged), body };
}

/**
 * A SEND as the template of the server would convert it: text, bytes, or JSON. Without a payload it has no body and no
 * `content-type`.
 *
 * @throws MessageConversionError when the payload is nothing of that kind
 */
export function sendFrame(destination: string, payload: unknown, headers: SendHeaders): StompFrame {
  if (payload === undefined) return clientFrame('SEND', { destination }, headers);
  const asked = headers['content-type'];
  const converted = CONVERTER.toMessage(payload, typeof asked === 'string' ? asked : undefined);
  const own = { destination, 'content-type': converted.contentType };
  return clientFrame('SEND', own, headers, Buffer.from(converted.payload));
}

/** The first value of each header. */
export function firstValues(headers: StompHeaders): Record<string, string> {
  return Object.fromEntries([...headers].reverse());
}
