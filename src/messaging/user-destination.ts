import { MessagingError } from './messaging-error.js';

/** A slash in a user's name would end it; nothing else is encoded, as in Spring. */
const ENCODED_SLASH = '%2F';

/**
 * The destination of a user's private messages: `/user/` and the name before what the user subscribed to behind
 * `/user`.
 *
 * @param prefix with its final slash
 * @param destination as the user subscribed to it, without the prefix; a leading slash is added if it is missing
 * @throws MessagingError when the name is empty, or holds `%2F`, which could not be told from a slash
 */
export function userDestinationOf(prefix: string, name: string, destination: string): string {
  if (name === '') {
    throw new MessagingError('STOMP_ERR_DELIVERY', 'The name of the user is empty. Name somebody.');
  }
  if (name.includes(ENCODED_SLASH)) {
    const shown = JSON.stringify(name.slice(0, 60));
    throw new MessagingError(
      'STOMP_ERR_DELIVERY',
      `The user name ${shown} holds ${ENCODED_SLASH}, which stands for a slash in destinations. ` +
        'Give its principal another destinationUserName.',
    );
  }
  const encoded = name.replaceAll('/', ENCODED_SLASH);
  return `${prefix}${encoded}${destination.startsWith('/') ? '' : '/'}${destination}`;
}

/** What {@link userDestinationOf} has put together, without the prefix; `undefined` when it is not of that form. */
export function parseUserDestination(
  rest: string,
): { readonly name: string; readonly destination: string } | undefined {
  const slash = rest.indexOf('/');
  if (slash <= 0 || slash === rest.length - 1) return undefined;
  return {
    name: rest.slice(0, slash).replaceAll(ENCODED_SLASH, '/'),
    destination: rest.slice(slash),
  };
}
