import type { Message } from '../../messaging/message.js';
import { EMPTY_BODY, type StompFrame } from '../../protocol/stomp-frame.js';
import { StompHeaders } from '../../protocol/stomp-headers.js';
import type { StompCommand } from '../../protocol/stomp-command.js';
import type { BrokerProfile } from './broker-profile.js';
import { headersOfApplication, headersOfClient } from './relay-headers.js';

/** What else a frame says. */
export interface FrameExtras {
  readonly receipt?: string | undefined;
  readonly transaction?: string | undefined;
  /** Headers of our own, before those of the message: of two of one name the first counts. */
  readonly own?: readonly (readonly [string, string])[] | undefined;
}

/**
 * The SEND that takes a message to the broker.
 *
 * @param destination what the broker calls it
 * @throws MessageRejectedError when a client has given it headers that the broker would not survive
 */
export function sendFrame(
  message: Message<Uint8Array>,
  destination: string,
  profile: BrokerProfile,
  { receipt, transaction, own = [] }: FrameExtras = {},
): StompFrame {
  const { contentType, nativeHeaders, stompCommand } = message.headers;
  const headers = new StompHeaders().append('destination', destination);
  if (contentType !== undefined) headers.append('content-type', contentType);
  for (const [name, value] of own) headers.append(name, value);
  for (const [name, value] of profile.sendHeaders(destination)) headers.append(name, value);
  const given =
    stompCommand === 'SEND' ? headersOfClient(nativeHeaders) : headersOfApplication(nativeHeaders);
  for (const [name, value] of given) headers.append(name, value);
  if (transaction !== undefined) headers.append('transaction', transaction);
  if (receipt !== undefined) headers.append('receipt', receipt);
  return { command: 'SEND', headers, body: bufferOf(message.payload) };
}

/** A frame without a body. */
export function bareFrame(
  command: StompCommand,
  entries: Iterable<readonly [string, string | undefined]>,
): StompFrame {
  const headers = new StompHeaders();
  for (const [name, value] of entries) if (value !== undefined) headers.append(name, value);
  return { command, headers, body: EMPTY_BODY };
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
