import type { Principal } from '../messaging/principal.js';
import type { SimpSession } from '../messaging/simp-session.js';
import type { RemoteSession } from './remote-users.js';
import type { SimpSubscription, SimpUser, SimpUserSession } from './simp-user-registry.js';

/*
 * User, session and subscription know each other. What leads back up is an accessor, which JSON leaves out: a controller
 * may return a user as it is, and a circle would be an error.
 */

/** A user at one moment. */
export class SimpUserSnapshot implements SimpUser {
  readonly principal: Principal | undefined;
  readonly sessions: readonly SimpUserSession[];

  /** @param remote sessions on other nodes, which know no principal */
  constructor(
    readonly name: string,
    sessions: Iterable<SimpSession>,
    remote: Iterable<RemoteSession> = [],
  ) {
    const [first] = sessions;
    this.principal = first?.user;
    this.sessions = [
      ...[...sessions].map(({ id, subscriptions }) => new SimpUserSessionSnapshot(id, subscriptions, this)),
      ...[...remote].map((session) => remoteSessionSnapshot(session, this)),
    ];
  }
}

/** A session at one moment. */
export class SimpUserSessionSnapshot implements SimpUserSession {
  readonly subscriptions: readonly SimpSubscription[];
  readonly #user: SimpUser | undefined;

  /** @param subscriptions ids and destinations */
  constructor(
    readonly id: string,
    subscriptions: Iterable<readonly [string, string]>,
    user: SimpUser | undefined,
  ) {
    this.subscriptions = [...subscriptions].map(
      ([subscriptionId, destination]) => new SimpSubscriptionSnapshot(subscriptionId, destination, this),
    );
    this.#user = user;
  }

  get user(): SimpUser | undefined {
    return this.#user;
  }
}

/** A session of another node, as far as it has told of it. */
export function remoteSessionSnapshot(
  { id, subscriptions }: RemoteSession,
  user: SimpUser | undefined,
): SimpUserSession {
  const entries = subscriptions.map((subscription) => [subscription.id, subscription.destination] as const);
  return new SimpUserSessionSnapshot(id, entries, user);
}

class SimpSubscriptionSnapshot implements SimpSubscription {
  readonly #session: SimpUserSession;

  constructor(
    readonly id: string,
    readonly destination: string,
    session: SimpUserSession,
  ) {
    this.#session = session;
  }

  get session(): SimpUserSession {
    return this.#session;
  }
}
