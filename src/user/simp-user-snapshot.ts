import type { Principal } from '../messaging/principal.js';
import type { SimpSession } from '../messaging/simp-session.js';
import type { SimpSubscription, SimpUser, SimpUserSession } from './simp-user-registry.js';

/*
 * User, session and subscription know each other. What leads back up is an accessor, which JSON leaves out: a controller
 * may return a user as it is, and a circle would be an error.
 */

/** A user at one moment. */
export class SimpUserSnapshot implements SimpUser {
  readonly principal: Principal | undefined;
  readonly sessions: readonly SimpUserSession[];

  constructor(
    readonly name: string,
    sessions: ReadonlySet<SimpSession>,
  ) {
    const [first] = sessions;
    this.principal = first?.user;
    this.sessions = [...sessions].map((session) => new SimpUserSessionSnapshot(session, this));
  }
}

/** A session at one moment. */
export class SimpUserSessionSnapshot implements SimpUserSession {
  readonly id: string;
  readonly subscriptions: readonly SimpSubscription[];
  readonly #user: SimpUser | undefined;

  constructor({ id, subscriptions }: SimpSession, user: SimpUser | undefined) {
    this.id = id;
    this.subscriptions = [...subscriptions].map(
      ([subscriptionId, destination]) => new SimpSubscriptionSnapshot(subscriptionId, destination, this),
    );
    this.#user = user;
  }

  get user(): SimpUser | undefined {
    return this.#user;
  }
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
