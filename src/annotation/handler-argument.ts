import { ParameterKind } from './handler-metadata.js';

/** A payload that could not be converted. It is thrown when the handler asks for it, so that guards come first. */
export class UnreadablePayload {
  constructor(readonly error: unknown) {}
}

/**
 * What Nest passes for one of its own kinds of parameters, taken from the arguments (session, payload, message).
 *
 * @throws what an {@link UnreadablePayload} holds
 */
export function handlerArgument(kind: number, data: unknown, args: unknown[]): unknown {
  switch (kind) {
    case ParameterKind.SOCKET:
      return args[0];
    case ParameterKind.PAYLOAD: {
      const payload = args[1];
      if (payload instanceof UnreadablePayload) throw payload.error;
      return typeof data === 'string' ? propertyOf(payload, data) : payload;
    }
    default:
      return null;
  }
}

function propertyOf(payload: unknown, name: string): unknown {
  return typeof payload === 'object' && payload !== null && Object.hasOwn(payload, name)
    ? (payload as Record<string, unknown>)[name]
    : undefined;
}
