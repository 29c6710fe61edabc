import { MessageAuthorizationBuilder } from './message-authorization-builder.js';
import type { MessageAuthorizationRules } from './message-authorization-rules.js';

/**
 * Writes down who may send what, in the words of Spring Security:
 *
 * ```ts
 * authorizeMessages((messages) =>
 *   messages
 *     .simpTypeMatchers('CONNECT').permitAll()
 *     .simpDestMatchers('/app/admin/**').hasRole('ADMIN')
 *     .simpSubscribeDestMatchers('/topic/rooms/{room}').access(({ user, variables }) => …)
 *     .anyMessage().authenticated(),
 * )
 * ```
 *
 * The first rule that is about a message decides; a message that no rule is about is refused.
 *
 * @throws TypeError that names the rule, when there is a mistake in it
 *
 * @publicApi
 */
export function authorizeMessages(
  configure: (messages: MessageAuthorizationBuilder) => MessageAuthorizationBuilder | void,
): MessageAuthorizationRules {
  const builder = new MessageAuthorizationBuilder();
  configure(builder);
  return builder.build();
}
