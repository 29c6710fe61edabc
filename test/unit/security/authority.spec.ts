import { describe, expect, it } from '@jest/globals';
import { authorityOfRole, hasAuthority } from '../../../src/security/authority.js';
import type { Principal } from '../../../src/messaging/principal.js';

const user = (more: object) => ({ name: 'bob', ...more }) as Principal;

describe('An authority', () => {
  it.each([
    [{ authorities: ['orders:read'] }, 'orders:read', true],
    [{ authorities: ['orders:read'] }, 'orders', false],
    [{ authorities: ['ADMIN'] }, 'ROLE_ADMIN', false],
    [{ authorities: ['ROLE_ADMIN'] }, 'ROLE_ADMIN', true],
    [{ roles: ['ADMIN'] }, 'ROLE_ADMIN', true],
    [{ roles: ['ROLE_ADMIN'] }, 'ROLE_ADMIN', true],
    [{ roles: ['ADMIN'] }, 'ADMIN', false],
    [{ roles: ['admin'] }, 'ROLE_ADMIN', false],
    [{}, 'ROLE_ADMIN', false],
    // From a token that nobody looked at: part of a text is not an entry of a list.
    [{ roles: 'USERADMIN' }, 'ROLE_ADMIN', false],
    [{ authorities: 'ROLE_ADMIN' }, 'ROLE_ADMIN', false],
    [{ roles: null, authorities: { ROLE_ADMIN: true } }, 'ROLE_ADMIN', false],
  ])('of %j, asked for %s: %s', (principal, authority, expected) => {
    expect(hasAuthority(user(principal), authority)).toBe(expected);
  });

  it('is made of a role with ROLE_ before it, once', () => {
    expect(['ADMIN', 'ROLE_ADMIN'].map(authorityOfRole)).toEqual(['ROLE_ADMIN', 'ROLE_ADMIN']);
  });
});
