import type { CompositeMessageConverter } from '../messaging/composite-message-converter.js';
import { isPromise } from '../messaging/maybe-promise.js';
import type { Message } from '../messaging/message.js';
import type { MessageChannel } from '../messaging/message-channel.js';
import { NO_NATIVE_HEADERS } from '../messaging/native-headers.js';
import { outgoingHeaders, type OutgoingTarget } from '../messaging/outgoing-headers.js';
import { destinationUserNameOf } from '../messaging/principal.js';
import { userDestinationOf } from '../messaging/user-destination.js';
import type { LiveSubscriber } from './live-subscriber.js';
import { fillPlaceholders, isDecorated, type ResultDestinations } from './result-destinations.js';
import { SnapshotThenLive } from './snapshot-then-live.js';

/** Sends one result of a handler to where results of one call go. */
export type ResultSender = (value: unknown) => void | Promise<void>;

/** Finds out where the results of a call go, and sends them there. */
export class ResultSenders {
  constructor(
    private readonly outbound: MessageChannel,
    private readonly broker: MessageChannel,
    private readonly converter: CompositeMessageConverter,
    private readonly userDestinationPrefix: string,
    private readonly userErrorDestination: string,
    private readonly live: LiveSubscriber,
  ) {}

  /**
   * For the handler of a message: where its decorators say, else to `/topic` and the path, or straight back to a
   * subscription.
   *
   * @throws Error when a destination has a placeholder without a variable
   */
  forHandler(
    destinations: ResultDestinations,
    message: Message,
    variables: ReadonlyMap<string, string>,
  ): ResultSender {
    const { simpMessageType, simpDestination, simpSessionId, simpSubscriptionId } = message.headers;
    if (isDecorated(destinations)) return this.#publish(this.#targetsOf(destinations, message, variables));
    if (simpMessageType === 'SUBSCRIBE') {
      const target = { simpDestination, simpSessionId, simpSubscriptionId };
      return (value) =>
        value instanceof SnapshotThenLive
          ? this.live.subscribe(value, message)
          : this.#send(this.outbound, value, target);
    }
    return this.#publish(this.#targetsOf({ ...destinations, sendTo: [] }, message, variables));
  }

  /**
   * For an exception handler: where its decorators say, else to the errors of the one session whose message failed.
   * What went wrong for one client is nobody else's business.
   *
   * @throws Error when a destination has a placeholder without a variable
   */
  forExceptionHandler(
    destinations: ResultDestinations,
    message: Message,
    variables: ReadonlyMap<string, string>,
  ): ResultSender {
    if (isDecorated(destinations)) return this.#publish(this.#targetsOf(destinations, message, variables));
    const { simpSessionId = '' } = message.headers;
    const { userDestinationPrefix, userErrorDestination } = this;
    const simpDestination = userDestinationOf(userDestinationPrefix, simpSessionId, userErrorDestination);
    return (value) => this.#send(this.broker, value, { simpDestination, simpSessionId });
  }

  #publish(targets: readonly OutgoingTarget[]): ResultSender {
    const [only] = targets;
    if (targets.length === 1 && only !== undefined) return (value) => this.#send(this.broker, value, only);
    return async (value) => {
      for (const target of targets) await this.#send(this.broker, value, target);
    };
  }

  /** Users first, then topics, as in Spring. */
  #targetsOf(
    { sendTo, sendToUser }: ResultDestinations,
    message: Message,
    variables: ReadonlyMap<string, string>,
  ): readonly OutgoingTarget[] {
    const { lookupDestination = '', simpSessionId = '', simpUser } = message.headers;
    const path = `${lookupDestination.startsWith('/') ? '' : '/'}${lookupDestination}`;
    const orDefault = (destinations: readonly string[], prefix: string): readonly string[] =>
      destinations.length === 0
        ? [`${prefix}${path}`]
        : destinations.map((destination) => fillPlaceholders(destination, variables));
    const targets: OutgoingTarget[] = [];
    if (sendToUser !== undefined) {
      const name = simpUser === undefined ? simpSessionId : destinationUserNameOf(simpUser);
      const isForAll = sendToUser.broadcast && simpUser !== undefined;
      for (const destination of orDefault(sendToUser.destinations, '/queue')) {
        targets.push({
          simpDestination: userDestinationOf(this.userDestinationPrefix, name, destination),
          simpSessionId: isForAll ? undefined : simpSessionId,
        });
      }
    }
    if (sendTo !== undefined) {
      for (const simpDestination of orDefault(sendTo, '/topic')) {
        targets.push({ simpDestination, simpSessionId });
      }
    }
    return targets;
  }

  #send(channel: MessageChannel, value: unknown, target: OutgoingTarget): void | Promise<void> {
    if (value instanceof SnapshotThenLive) {
      throw new Error(
        `snapshotThenLive (${value.destination}) is for the subscriber alone. ` +
          'Return it from a @SubscribeMapping without @SendTo and @SendToUser.',
      );
    }
    const { payload, contentType } = this.converter.toMessage(value);
    const headers = outgoingHeaders(target, contentType, NO_NATIVE_HEADERS);
    const sent = channel.send({ payload, headers });
    return isPromise(sent) ? sent.then(() => undefined) : undefined;
  }
}
