/**
 * Who a session belongs to. The handshake, the authenticator, or a {@link ChannelInterceptor} that returns the
 * CONNECT message with `simpUser` set, names the user.
 *
 * @publicApi
 */
export interface Principal {
  /** The name sent to the client as `user-name` in CONNECTED, and the user's name in `/user/{name}/…`. */
  readonly name: string;
  /**
   * The name in user destinations and in the user registry, where it is not `name`: an account number, say, while
   * `name` is for people. It has to be unique among users.
   *
   * @default `name`
   */
  readonly destinationUserName?: string | undefined;
  /** What `hasRole` of the authorization rules asks for, e.g. `ADMIN`. @default none */
  readonly roles?: readonly string[] | undefined;
  /**
   * What `hasAuthority` of the authorization rules asks for. As in Spring, the authority `ROLE_ADMIN` is the role
   * `ADMIN`.
   *
   * @default none
   */
  readonly authorities?: readonly string[] | undefined;
  /**
   * When the user's credentials end, as a `Date` or in milliseconds since 1970 (a JWT's `exp` times 1000). The session
   * then ends with `STOMP_ERR_PRINCIPAL_EXPIRED` and close code 4401.
   *
   * @default never
   */
  readonly expiresAt?: Date | number | undefined;
}

/** The name by which user destinations and the user registry know a user. */
export function destinationUserNameOf({ name, destinationUserName }: Principal): string {
  return destinationUserName ?? name;
}
