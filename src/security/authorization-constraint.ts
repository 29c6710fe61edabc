import { authorityOfRole, hasAuthority } from './authority.js';
import type { AccessFunction, AuthorizationOutcome } from './authorization-outcome.js';

/**
 * Who may send the messages that were named before. Each of the methods completes the rule and goes back to the
 * builder, for the next one.
 *
 * @publicApi
 */
export class AuthorizationConstraint<Builder> {
  readonly #complete: (outcome: AuthorizationOutcome) => Builder;
  readonly #mistake: (problem: string) => Error;

  /** @internal */
  constructor(complete: (outcome: AuthorizationOutcome) => Builder, mistake: (problem: string) => Error) {
    this.#complete = complete;
    this.#mistake = mistake;
  }

  /** Everybody. */
  permitAll(): Builder {
    return this.#byUser('permitAll()', () => true);
  }

  /** Nobody. */
  denyAll(): Builder {
    return this.#byUser('denyAll()', () => false);
  }

  /** Sessions that have a user. */
  authenticated(): Builder {
    return this.#byUser('authenticated()', ({ user }) => user !== undefined);
  }

  /** Sessions that have none. */
  anonymous(): Builder {
    return this.#byUser('anonymous()', ({ user }) => user === undefined);
  }

  /**
   * Users with a role, e.g. `ADMIN`.
   *
   * @throws TypeError when it is empty, or begins with `ROLE_`, which is understood
   */
  hasRole(role: string): Builder {
    return this.#byRole('hasRole', [role]);
  }

  /** Users with one of some roles. @throws TypeError like {@link hasRole}, and when there is none */
  hasAnyRole(...roles: readonly string[]): Builder {
    return this.#byRole('hasAnyRole', roles);
  }

  /** Users with an authority, e.g. `orders:write`; `ROLE_ADMIN` is the role `ADMIN`. @throws TypeError when it is empty */
  hasAuthority(authority: string): Builder {
    return this.#byAuthority('hasAuthority', [authority], [authority]);
  }

  /** Users with one of some authorities. @throws TypeError when there is none, or one is empty */
  hasAnyAuthority(...authorities: readonly string[]): Builder {
    return this.#byAuthority('hasAnyAuthority', authorities, authorities);
  }

  /**
   * Whom the function lets pass.
   *
   * Which destinations a subscription with wildcards is about cannot be shown to it, so it is not asked when there
   * are variables in the pattern, or when there are destinations outside the pattern: the subscription is refused.
   *
   * @throws TypeError when it is no function
   */
  access(decide: AccessFunction): Builder {
    if (typeof decide !== 'function') throw this.#mistake('access() needs a function');
    return this.#complete({ description: 'access()', readsMessage: true, grants: decide });
  }

  #byRole(method: string, roles: readonly string[]): Builder {
    const prefixed = roles.find((role) => typeof role === 'string' && role.startsWith('ROLE_'));
    if (prefixed !== undefined) {
      throw this.#mistake(
        `${method}() puts ROLE_ before ${JSON.stringify(prefixed)} itself. Leave it out, or ask for the authority`,
      );
    }
    return this.#byAuthority(method, roles, roles.map(authorityOfRole));
  }

  #byAuthority(method: string, written: readonly string[], authorities: readonly string[]): Builder {
    if (written.length === 0 || written.some((text) => typeof text !== 'string' || text === '')) {
      throw this.#mistake(`${method}() needs text that is not empty`);
    }
    const description = `${method}(${written.map((text) => JSON.stringify(text)).join(', ')})`;
    return this.#byUser(
      description,
      ({ user }) => user !== undefined && authorities.some((authority) => hasAuthority(user, authority)),
    );
  }

  #byUser(description: string, grants: AccessFunction): Builder {
    return this.#complete({ description, readsMessage: false, grants });
  }
}
