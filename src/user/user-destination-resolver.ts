import type { Message } from '../messaging/message.js';
import { parseUserDestination } from '../messaging/user-destination.js';
import type { DefaultSimpUserRegistry } from './default-simp-user-registry.js';

/** What a user destination stands for. */
export interface UserDestination {
  /** What the broker calls it. */
  readonly target: string;
  /** What its subscribers call it. */
  readonly subscribed: string;
  /** Whose private destination it is; nobody's when the user is not connected. */
  readonly sessionIds: readonly string[];
  /** Whether it is meant for all sessions of a user, also those on other nodes, and not for one session. */
  readonly isForUser: boolean;
}

/**
 * Reads user destinations. `/user/queue/x` in a SUBSCRIBE is the session's own `/queue/x`; `/user/{name}/queue/x` in a
 * message is that of every session of a user, or of one of them, when the message comes from it.
 */
export class UserDestinationResolver {
  readonly #prefix: string;

  /**
   * @param prefix with or without its final slash
   * @param hasLeadingSlash whether the broker's destinations begin with a slash; `/user/jms.queue.x` is `jms.queue.x`
   * where they do not
   */
  constructor(
    private readonly registry: Pick<DefaultSimpUserRegistry, 'sessionIdsOf' | 'hasSession'>,
    prefix: string,
    private readonly hasLeadingSlash: boolean,
  ) {
    this.#prefix = prefix.endsWith('/') ? prefix : `${prefix}/`;
  }

  /** @returns `undefined` when the message is not for a user destination */
  resolve({ headers }: Message): UserDestination | undefined {
    const { simpMessageType, simpDestination = '', simpSessionId, stompCommand } = headers;
    if (!simpDestination.startsWith(this.#prefix)) return undefined;
    const rest = simpDestination.slice(this.#prefix.length);
    if (rest === '') return undefined;
    if (simpMessageType === 'SUBSCRIBE') {
      if (simpSessionId === undefined) return undefined;
      return this.#destination(`/${rest}`, [simpSessionId], false);
    }
    const parsed = simpMessageType === 'MESSAGE' ? parseUserDestination(rest) : undefined;
    if (parsed === undefined) return undefined;
    const own = this.#sessionOf(parsed.name, simpSessionId);
    // What the application sends in the name of a session is for that one, also if it is gone by now.
    const isForUser = own === undefined && (simpSessionId === undefined || stompCommand === 'SEND');
    return this.#destination(
      parsed.destination,
      own === undefined ? this.registry.sessionIdsOf(parsed.name) : [own],
      isForUser,
    );
  }

  #destination(path: string, sessionIds: readonly string[], isForUser: boolean): UserDestination {
    return {
      target: this.hasLeadingSlash ? path : path.slice(1),
      subscribed: `${this.#prefix}${path.slice(1)}`,
      sessionIds,
      isForUser,
    };
  }

  /**
   * The one session that is meant by a message that comes from it. An anonymous session is addressed by its id, which only
   * the server knows, and only in its own name.
   */
  #sessionOf(name: string, from: string | undefined): string | undefined {
    if (from === undefined) return undefined;
    if (this.registry.sessionIdsOf(name).includes(from)) return from;
    return name === from && this.registry.hasSession(from) ? from : undefined;
  }
}
