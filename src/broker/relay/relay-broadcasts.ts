import { isPromise, type MaybePromise } from '../../messaging/maybe-promise.js';
import type { Message } from '../../messaging/message.js';
import type { MessagingLogger } from '../../messaging/messaging-logger.js';
import type { StompFrame } from '../../protocol/stomp-frame.js';
import type { BrokerProfile } from './broker-profile.js';
import type { SystemPublisher } from './system-publisher.js';
import type { SystemSubscriptions } from './system-subscriptions.js';

/** Which instance has sent it: an instance hears itself, too. */
const NODE = 'simpNode';

/** What instances of one application tell each other over the broker. */
export class RelayBroadcasts {
  constructor(
    /** Of this instance: unlike any other, also unlike the one that ran here before. */
    readonly nodeId: string,
    private readonly subscriptions: SystemSubscriptions,
    private readonly publisher: SystemPublisher,
    private readonly profile: () => BrokerProfile,
    private readonly logger: MessagingLogger,
  ) {}

  /** @param receive gets what other instances have published, and not what this one has */
  listen(destination: string, receive: (frame: StompFrame) => unknown, ready?: () => void): void {
    const failed = (error: unknown): void =>
      this.logger.error(`What another instance has sent to ${destination} was lost. ${String(error)}`);
    const listener = (frame: StompFrame): void => {
      if (frame.headers.get(NODE) === this.nodeId) return;
      try {
        const received = receive(frame);
        if (isPromise(received)) received.catch(failed);
      } catch (error) {
        failed(error);
      }
    };
    this.subscriptions.listen(destination, listener, ready);
  }

  /**
   * @param own headers that stand before those of the message
   * @throws MessageBrokerError when the broker is not available, or takes no more
   */
  publish(
    destination: string,
    message: Message,
    own: readonly (readonly [string, string])[] = [],
  ): MaybePromise<boolean> {
    if (!(message.payload instanceof Uint8Array)) {
      this.logger.error(
        `A message to ${message.headers.simpDestination ?? destination} has no bytes and was dropped. ` +
          'Send it through a converter.',
      );
      return false;
    }
    const profile = this.profile();
    const first = [[NODE, this.nodeId] as const, ...own];
    return this.publisher.publish(
      { payload: message.payload, headers: message.headers },
      [profile.toBroker(destination)],
      profile,
      first,
    );
  }
}
