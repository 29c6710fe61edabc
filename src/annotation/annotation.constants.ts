/*
 * Metadata keys of this room. Registered symbols, so that two copies of the package in one process read each
 * other's decorators.
 */
export const MESSAGE_MAPPING_METADATA = Symbol.for('nestjs-stomp:message-mapping');
export const SUBSCRIBE_MAPPING_METADATA = Symbol.for('nestjs-stomp:subscribe-mapping');
export const SEND_TO_METADATA = Symbol.for('nestjs-stomp:send-to');
export const SEND_TO_USER_METADATA = Symbol.for('nestjs-stomp:send-to-user');
export const OPTIONAL_PAYLOAD_METADATA = Symbol.for('nestjs-stomp:optional-payload');
export const REQUIRED_VARIABLES_METADATA = Symbol.for('nestjs-stomp:required-variables');
export const WEB_SOCKET_SCOPED_METADATA = Symbol.for('nestjs-stomp:web-socket-scoped');
export const EVENT_LISTENER_METADATA = Symbol.for('nestjs-stomp:event-listener');
export const BEFORE_SUBSCRIBE_METADATA = Symbol.for('nestjs-stomp:before-subscribe');
export const MESSAGE_EXCEPTION_HANDLER_METADATA = Symbol.for('nestjs-stomp:message-exception-handler');
export const MESSAGE_CONTROLLER_ADVICE_METADATA = Symbol.for('nestjs-stomp:message-controller-advice');
