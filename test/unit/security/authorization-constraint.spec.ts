import { describe, expect, it } from '@jest/globals';
import type { Principal } from '../../../src/messaging/principal.js';
import { AuthorizationConstraint } from '../../../src/security/authorization-constraint.js';
import type { AuthorizationOutcome } from '../../../src/security/authorization-outcome.js';
import { ADA, BOB, clientMessage } from '../../support/client-message.js';

type Constraint = AuthorizationConstraint<AuthorizationOutcome>;

const outcomeOf = (choose: (constraint: Constraint) => AuthorizationOutcome) =>
  choose(
    new AuthorizationConstraint(
      (outcome) => outcome,
      (problem) => new TypeError(problem),
    ),
  );

const grants = ({ grants: decide }: AuthorizationOutcome, user: Principal | undefined) =>
  decide({ user, message: clientMessage('MESSAGE', '/app/a', user), variables: new Map() });

describe('An outcome', () => {
  it.each<[string, (constraint: Constraint) => AuthorizationOutcome, boolean[]]>([
    ['permitAll()', (c) => c.permitAll(), [true, true, true]],
    ['denyAll()', (c) => c.denyAll(), [false, false, false]],
    ['authenticated()', (c) => c.authenticated(), [false, true, true]],
    ['anonymous()', (c) => c.anonymous(), [true, false, false]],
    ['hasRole("ADMIN")', (c) => c.hasRole('ADMIN'), [false, false, true]],
    ['hasAnyRole("ADMIN", "USER")', (c) => c.hasAnyRole('ADMIN', 'USER'), [false, true, true]],
    ['hasAuthority("orders:read")', (c) => c.hasAuthority('orders:read'), [false, true, false]],
    ['hasAuthority("ROLE_ADMIN")', (c) => c.hasAuthority('ROLE_ADMIN'), [false, false, true]],
    ['hasAnyAuthority("x", "ROLE_USER")', (c) => c.hasAnyAuthority('x', 'ROLE_USER'), [false, true, false]],
  ])('%s is for the right people, of nobody, a user and an admin', (description, choose, expected) => {
    const outcome = outcomeOf(choose);
    expect([undefined, BOB, ADA].map((user) => grants(outcome, user))).toEqual(expected);
    expect(outcome).toMatchObject({ description, readsMessage: false });
  });

  it('may be left to a function', () => {
    const outcome = outcomeOf((constraint) => constraint.access(({ user }) => user?.name === 'bob'));
    expect([undefined, BOB, ADA].map((user) => grants(outcome, user))).toEqual([false, true, false]);
    expect(outcome).toMatchObject({ description: 'access()', readsMessage: true });
  });

  it.each<[string, (constraint: Constraint) => unknown, string]>([
    ['no role', (c) => c.hasAnyRole(), 'hasAnyRole() needs text that is not empty'],
    ['an empty role', (c) => c.hasRole(''), 'hasRole() needs text that is not empty'],
    [
      'a role with its prefix',
      (c) => c.hasRole('ROLE_ADMIN'),
      'hasRole() puts ROLE_ before "ROLE_ADMIN" itself. Leave it out, or ask for the authority',
    ],
    ['no authority', (c) => c.hasAnyAuthority(), 'hasAnyAuthority() needs text that is not empty'],
    [
      'something else',
      (c) => c.hasAuthority(undefined as unknown as string),
      'hasAuthority() needs text that is not empty',
    ],
    ['no function', (c) => c.access(true as unknown as () => boolean), 'access() needs a function'],
  ])('of %s is a mistake', (_what, choose, problem) => {
    expect(() => outcomeOf(choose as () => AuthorizationOutcome)).toThrow(new TypeError(problem));
  });
});
