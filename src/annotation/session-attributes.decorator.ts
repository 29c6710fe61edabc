import { createParamDecorator, type ExecutionContext, type PipeTransform, type Type } from '@nestjs/common';
import type { SimpSession } from '../messaging/simp-session.js';

const sessionAttributes = createParamDecorator((key: string | undefined, context: ExecutionContext) => {
  const { attributes } = context.switchToWs().getClient<SimpSession>();
  return key === undefined ? attributes : attributes.get(key);
});

/**
 * The session's attributes: the `Map` itself, which lives as long as the session and may be written to, or, with a key,
 * one value; `undefined` while nobody has set it.
 *
 * @publicApi
 */
export function SessionAttributes(
  key?: string,
  ...pipes: (Type<PipeTransform> | PipeTransform)[]
): ParameterDecorator {
  return sessionAttributes(key, ...pipes);
}
