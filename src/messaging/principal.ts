/**
 * Who a session belongs to. A {@link ChannelInterceptor} on `clientInboundChannel` names the user by returning
 * the CONNECT message with `simpUser` set.
 *
 * @publicApi
 */
export interface Principal {
  /** The name sent to the client as `user-name` in CONNECTED. */
  readonly name: string;
}
