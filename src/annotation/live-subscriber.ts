import type { CompositeMessageConverter } from '../messaging/composite-message-converter.js';
import { isPromise } from '../messaging/maybe-promise.js';
import { withHeaders, type Message } from '../messaging/message.js';
import type { MessageChannel, SendOutcome } from '../messaging/message-channel.js';
import type { SimpSession } from '../messaging/simp-session.js';
import { SnapshotMessage } from './snapshot-message.js';
import type { SnapshotThenLive } from './snapshot-then-live.js';

/** Makes subscriptions of clients to annotated methods into subscriptions to destinations of the broker. */
export class LiveSubscriber {
  /** @param hasEnded whether a session is over: that no broker knows it then is no mistake of the application */
  constructor(
    private readonly broker: MessageChannel,
    private readonly converter: CompositeMessageConverter,
    private readonly hasEnded: (session: SimpSession | undefined) => boolean,
  ) {}

  /**
   * Subscribes the client to the live destination; the broker sends the snapshot first.
   *
   * @param message the client's SUBSCRIBE. What else it says (a selector, an ack mode) holds for the broker too.
   * @throws Error when no broker serves the destination
   * @throws what taking the snapshot threw
   */
  subscribe(live: SnapshotThenLive, message: Message): void | Promise<void> {
    const first = new SnapshotMessage(live, message, this.converter);
    const settle = (outcome: SendOutcome): void | Promise<void> => {
      if (outcome === 'handled') return first.sent?.then(() => undefined);
      if (this.hasEnded(message.headers.simpSession)) return undefined;
      throw new Error(
        outcome === 'vetoed'
          ? `An interceptor on brokerChannel vetoed the SUBSCRIBE to ${live.destination} of snapshotThenLive.`
          : `No broker serves ${live.destination}, the destination of snapshotThenLive. ` +
              'Name one below simpleBroker.destinationPrefixes, or below the prefix of user destinations.',
      );
    };
    const sent = this.broker.send(
      withHeaders(message, {
        simpDestination: live.destination,
        simpFirstMessage: first,
        lookupDestination: undefined,
        destinationVariables: undefined,
      }),
    );
    return isPromise(sent) ? sent.then(settle) : settle(sent);
  }
}
