import type { MaybePromise } from '../messaging/maybe-promise.js';
import type { Message } from '../messaging/message.js';

/**
 * How {@link snapshotThenLive} joins the two.
 *
 * @publicApi
 */
export interface SnapshotThenLiveOptions<T> {
  /**
   * Whether a message that was published while an asynchronous snapshot was being made is in it already, and so must not
   * follow it: a version or sequence number tells, say. It is asked once for each such message, and must not take long.
   *
   * @default none is: nothing is lost, but what the snapshot knows already comes again
   */
  readonly includes?: (message: Message<Uint8Array>, snapshot: T) => boolean;
}

/**
 * What {@link snapshotThenLive} returns, and interceptors around the handler see as its result.
 *
 * @publicApi
 */
export class SnapshotThenLive<T = unknown> {
  constructor(
    /** Of the broker, or of the user behind `/user`. */
    readonly destination: string,
    readonly takeSnapshot: () => MaybePromise<T>,
    readonly includes: (message: Message<Uint8Array>, snapshot: T) => boolean,
  ) {}
}

/**
 * As the result of a `@SubscribeMapping`: the client's subscription gets a snapshot first and then, under the same id,
 * everything published on a destination of the broker from that moment on.
 *
 * The subscription is made first, then the snapshot is taken. If that is synchronous there is nothing between the two, so
 * nothing is lost or doubled, provided that whoever changes the state publishes the change in the same turn of the event
 * loop and no interceptor on the broker channel is asynchronous. If it is asynchronous, what is published meanwhile waits
 * and follows the snapshot, but for what `options.includes` finds in it already.
 *
 * Who may subscribe to the live destination is the handler's decision: rules for clients that subscribe there themselves are
 * not asked. What else the client's SUBSCRIBE says, such as a selector, holds for the live messages.
 *
 * A snapshot that fails refuses the SUBSCRIBE, unless an exception handler or filter takes the failure: then the SUBSCRIBE
 * counts as handled, the client learns what that tells it, and nothing live follows. `null` and `undefined` are no message.
 * One that takes so long that more waits than 1000 messages or 512 KiB ends the session with `STOMP_ERR_SNAPSHOT_LIMIT` and
 * close code 4500.
 *
 * ```ts
 * @SubscribeMapping('/positions/{account}')
 * positions(@DestinationVariable('account') account: string) {
 *   return snapshotThenLive(`/topic/positions/${account}`, () => this.book.positionsOf(account));
 * }
 * ```
 *
 * @param destination one of the broker's, or `/user/…` for the session's own; a pattern is one too
 * @param takeSnapshot called once
 * @publicApi
 */
export function snapshotThenLive<T>(
  destination: string,
  takeSnapshot: () => MaybePromise<T>,
  { includes = () => false }: SnapshotThenLiveOptions<T> = {},
): SnapshotThenLive<T> {
  return new SnapshotThenLive(destination, takeSnapshot, includes);
}
