import { ConnectedSocket, MessageBody } from '@nestjs/websockets';
import { Message, MessageHeaders, SimpSession, StompPrincipal } from '../messaging/run-time-types.js';
import { Headers, Principal, StompMessage } from './parameter.decorators.js';

const BY_TYPE: ReadonlyMap<unknown, () => ParameterDecorator> = new Map<unknown, () => ParameterDecorator>([
  [Message, StompMessage],
  [MessageHeaders, Headers],
  [SimpSession, ConnectedSocket],
  [StompPrincipal, Principal],
]);

/**
 * What a parameter without a decorator is, by its type at run time, as in Spring: the message, its headers, the session
 * or the user, and the payload for every other type.
 */
export function typedParameter(type: unknown): ParameterDecorator {
  const decorator = BY_TYPE.get(type) ?? MessageBody;
  return decorator();
}
