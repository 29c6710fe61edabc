import type { Message, UserElsewhere } from '../messaging/message.js';
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
  /** Whose sessions on other nodes of a cluster are meant as well; nobody's when it is about a session of this one. */
  readonly elsewhere?: UserElsewhere | undefined;
}

type Targets = Pick<UserDestination, 'sessionIds' | 'elsewhere'>;

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
    private readonly registry: Pick<
      DefaultSimpUserRegistry,
      'sessionIdsOf' | 'isSessionOf' | 'hasSession' | 'isElsewhere'
    >,
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
      return this.#destination(`/${rest}`, [simpSessionId]);
    }
    const parsed = simpMessageType === 'MESSAGE' ? parseUserDestination(rest) : undefined;
    if (parsed === undefined) return undefined;
    const targets = this.#targetsOf(parsed.name, simpSessionId, stompCommand === 'SEND');
    return { ...this.#destination(parsed.destination, targets.sessionIds), ...targets };
  }

  /** Which of this node's sessions are meant by what another node has sent. */
  sessionIdsFor({ user, sessionId }: UserElsewhere): readonly string[] {
    const sessionIds = this.registry.sessionIdsOf(user);
    if (sessionId === undefined) return sessionIds;
    const isMeant = sessionIds.includes(sessionId) || (user === sessionId && this.registry.hasSession(user));
    return isMeant ? [sessionId] : [];
  }

  #destination(path: string, sessionIds: readonly string[]): UserDestination {
    return {
      target: this.hasLeadingSlash ? path : path.slice(1),
      subscribed: `${this.#prefix}${path.slice(1)}`,
      sessionIds,
    };
  }

  #targetsOf(user: string, from: string | undefined, isOfClient: boolean): Targets {
    if (from !== undefined && this.#isOwn(user, from)) return { sessionIds: [from] };
    const sessionIds = this.registry.sessionIdsOf(user);
    if (from === undefined || isOfClient) return { sessionIds, elsewhere: { user } };
    // What the application sends in the name of a session that is not here is for nobody else elsewhere.
    const isElsewhere = this.registry.isElsewhere(user, from);
    return {
      sessionIds: isElsewhere ? [] : sessionIds,
      elsewhere: { user, sessionId: from },
    };
  }

  /**
   * Whether a message is for the one session that it comes from. An anonymous session is addressed by its id, which only
   * the server knows, and only in its own name.
   */
  #isOwn(name: string, from: string): boolean {
    return this.registry.isSessionOf(name, from) || (name === from && this.registry.hasSession(from));
  }
}
