import { DEFAULT_DECODER_LIMITS } from '../../../src/protocol/stomp-decoder-limits.js';
import type { StompDecoderLimits } from '../../../src/protocol/stomp-decoder-limits.js';
import { StompDecoder } from '../../../src/protocol/stomp-decoder.js';
import type { StompFrame } from '../../../src/protocol/stomp-frame.js';
import { StompProtocolError } from '../../../src/protocol/stomp-protocol-error.js';
import type { StompVersion } from '../../../src/protocol/stomp-version.js';

/** What a decoder may be told of the version. */
export type Version = StompVersion | undefined;

export const ALL_VERSIONS: readonly Version[] = [undefined, '1.0', '1.1', '1.2'];
export const SINCE_1_1: readonly Version[] = [undefined, '1.1', '1.2'];
export const LIKE_1_2: readonly Version[] = [undefined, '1.2'];

/** A frame in a form that compares and prints well; one character of `body` is one octet. */
export interface ReadFrame {
  readonly command: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** An error in a form that compares and prints well. */
export type ReadError = Pick<
  StompProtocolError,
  'name' | 'code' | 'kind' | 'message' | 'receiptId' | 'limit'
>;

/** All that a decoder made of some octets. */
export interface Outcome {
  readonly frames: readonly ReadFrame[];
  readonly error?: ReadError;
  readonly bufferedBytes: number;
  readonly hasPartialFrame: boolean;
}

export function readFrame({ command, headers, body }: StompFrame): ReadFrame {
  return { command, headers: [...headers], body: body.toString('latin1') };
}

export function readError({ name, code, kind, message, receiptId, limit }: StompProtocolError): ReadError {
  return {
    name,
    code,
    kind,
    message,
    ...(receiptId === undefined ? {} : { receiptId }),
    ...(limit === undefined ? {} : { limit }),
  };
}

/**
 * Pushes the chunks one by one and pulls all frames after each.
 *
 * Every chunk is overwritten once it has been read, so a decoder that kept a view on one would be found out.
 */
export function decode(
  chunks: readonly Uint8Array[],
  version: Version,
  limits: StompDecoderLimits = DEFAULT_DECODER_LIMITS,
): Outcome {
  const decoder = new StompDecoder(limits);
  decoder.version = version;
  const frames: ReadFrame[] = [];
  let error: ReadError | undefined;
  for (const chunk of chunks) {
    const lent = Buffer.from(chunk);
    decoder.push(lent);
    try {
      for (let frame = decoder.next(); frame !== undefined; frame = decoder.next())
        frames.push(readFrame(frame));
    } catch (thrown) {
      if (!(thrown instanceof StompProtocolError)) throw thrown;
      error = readError(thrown);
    }
    lent.fill('#');
  }
  const { bufferedBytes, hasPartialFrame } = decoder;
  return { frames, bufferedBytes, hasPartialFrame, ...(error === undefined ? {} : { error }) };
}

/** The octets cut in two at each position in turn, and into single octets. */
export function* cuts(bytes: Buffer): Iterable<readonly Buffer[]> {
  for (let at = 1; at < bytes.length; at++) yield [bytes.subarray(0, at), bytes.subarray(at)];
  yield Array.from(bytes, (octet) => Buffer.from([octet]));
}
