import type { Principal } from '../messaging/principal.js';

const ROLE_PREFIX = 'ROLE_';

/** The authority that a role is. */
export function authorityOfRole(role: string): string {
  return role.startsWith(ROLE_PREFIX) ? role : ROLE_PREFIX + role;
}

/** Whether a user has an authority, or the role that it stands for. */
export function hasAuthority({ roles, authorities }: Principal, authority: string): boolean {
  if (listed(authorities, authority)) return true;
  if (!authority.startsWith(ROLE_PREFIX)) return false;
  return listed(roles, authority) || listed(roles, authority.slice(ROLE_PREFIX.length));
}

/** Tokens hold what they like: of a string, `includes` would find parts, and USERADMIN be an ADMIN. */
function listed(values: readonly string[] | undefined, value: string): boolean {
  return Array.isArray(values) && values.includes(value);
}
