import { MessagingError } from './messaging-error.js';

/** A slash in a user's name would end it, and a per cent sign could be taken for the code of one. */
const CODES: Readonly<Record<string, string>> = { '/': '%2F', '%': '%25' };
const CHARACTERS: Readonly<Record<string, string>> = { '%2F': '/', '%25': '%' };

/**
 * The destination of a user's private messages: `/user/` and the name before what the user subscribed to behind
 * `/user`. Slashes in the name become `%2F`, as in Spring, and per cent signs `%25`.
 *
 * @param prefix with its final slash
 * @param destination as the user subscribed to it, without the prefix; a leading slash is added if it is missing
 * @throws MessagingError when the name is empty
 */
export function userDestinationOf(prefix: string, name: string, destination: string): string {
  if (name === '') {
    throw new MessagingError('STOMP_ERR_DELIVERY', 'The name of the user is empty. Name somebody.');
  }
  const encoded = name.replace(/[/%]/g, (character) => CODES[character]);
  return `${prefix}${encoded}${destination.startsWith('/') ? '' : '/'}${destination}`;
}

/**
 * What {@link userDestinationOf} has put together, without the prefix; `undefined` when it is not of that form. Clients
 * may write a per cent sign as it is.
 */
export function parseUserDestination(
  rest: string,
): { readonly name: string; readonly destination: string } | undefined {
  const slash = rest.indexOf('/');
  if (slash <= 0 || slash === rest.length - 1) return undefined;
  return {
    name: rest.slice(0, slash).replace(/%2F|%25/g, (code) => CHARACTERS[code]),
    destination: rest.slice(slash),
  };
}
