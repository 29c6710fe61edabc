/*
 * The door of `nestjs-stomp/protocol`: octets and frames of STOMP 1.0, 1.1 and 1.2, without Nest and without a
 * transport.
 */
export { formatHeartBeat, negotiateHeartBeat, parseHeartBeat } from './heart-beat.js';
export type { HeartBeat } from './heart-beat.js';
export { escapeHeader, unescapeHeader } from './header-escaping.js';
export { allowsBody, isClientCommand, isStompCommand } from './stomp-command.js';
export type { ClientCommand, ServerCommand, StompCommand } from './stomp-command.js';
export { DEFAULT_DECODER_LIMITS, PRE_CONNECT_DECODER_LIMITS } from './stomp-decoder-limits.js';
export type { StompDecoderLimits } from './stomp-decoder-limits.js';
export { StompDecoder } from './stomp-decoder.js';
export { encodeFrame, encodeFrameInParts, HEART_BEAT, PreparedFrame } from './stomp-encoder.js';
export { EMPTY_BODY } from './stomp-frame.js';
export type { StompFrame } from './stomp-frame.js';
export { StompHeaders } from './stomp-headers.js';
export { StompProtocolError } from './stomp-protocol-error.js';
export type { StompProtocolErrorCode, StompProtocolErrorDetails } from './stomp-protocol-error.js';
export { negotiateVersion, STOMP_VERSIONS } from './stomp-version.js';
export type { StompVersion } from './stomp-version.js';
