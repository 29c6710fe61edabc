import type { MaybePromise } from '../../messaging/maybe-promise.js';
import { firstNativeHeader, type Message } from '../../messaging/message.js';
import type { MessagingLogger } from '../../messaging/messaging-logger.js';
import { quoteForLog } from '../../messaging/quoted-text.js';
import type { StompFrame } from '../../protocol/stomp-frame.js';
import type { TimerWheel } from '../../session/timer-wheel.js';
import type { BrokerConnection } from './broker-connection.js';
import { MessageBrokerError } from './broker-error.js';
import type { BrokerProfile } from './broker-profile.js';
import { PendingReceipts } from './pending-receipts.js';
import { sendFrame } from './relay-frames.js';
import type { BrokerRelaySettings } from './relay-settings.js';
import { Reminder } from './reminder.js';
import type { SystemConnection } from './system-connection.js';

/** Sends what the application publishes over the system connection. */
export class SystemPublisher {
  readonly #receipts: PendingReceipts;
  readonly #refusals: Reminder;

  constructor(
    private readonly system: SystemConnection,
    private readonly settings: Pick<BrokerRelaySettings, 'sendBufferSizeLimit' | 'receiptTimeoutMs'>,
    wheel: Pick<TimerWheel, 'schedule' | 'now'>,
    private readonly logger: MessagingLogger,
  ) {
    this.#receipts = new PendingReceipts(wheel, settings.receiptTimeoutMs);
    this.#refusals = new Reminder(() => wheel.now());
  }

  /**
   * @param destinations what the broker calls them
   * @returns settled when the connection has taken the message; with a header `receipt`, when the broker has confirmed it
   * @throws MessageBrokerError when the broker is not available, or takes no more
   */
  publish(
    message: Message<Uint8Array>,
    destinations: readonly string[],
    profile: BrokerProfile,
    own?: readonly (readonly [string, string])[],
  ): MaybePromise<boolean> {
    if (firstNativeHeader(message, 'receipt') !== undefined) {
      return this.publishConfirmed(message, destinations, profile, own).confirmed;
    }
    const connection = this.#requireConnection();
    let hasRoom = true;
    for (const destination of destinations)
      hasRoom = connection.send(sendFrame(message, destination, profile, { own }));
    return hasRoom || connection.whenDrained().then(() => true);
  }

  /**
   * The same with a receipt, whatever the message says.
   *
   * @returns beside the confirmation, what to wait for before the next is sent, if there is something
   */
  publishConfirmed(
    message: Message<Uint8Array>,
    destinations: readonly string[],
    profile: BrokerProfile,
    own?: readonly (readonly [string, string])[],
  ): { readonly hasRoom: Promise<void> | undefined; readonly confirmed: Promise<boolean> } {
    const connection = this.#requireConnection();
    let hasRoom = true;
    // Before any receipt is asked for: what a client has written may be refused here.
    const frames = destinations.map((destination) => sendFrame(message, destination, profile, { own }));
    const confirmations = frames.map((frame) => {
      const { id, confirmed } = this.#receipts.ask();
      frame.headers.append('receipt', id);
      hasRoom = connection.send(frame);
      return confirmed;
    });
    return {
      hasRoom: hasRoom ? undefined : connection.whenDrained(),
      confirmed: Promise.all(confirmations).then(() => true),
    };
  }

  /** What the broker says on the system connection to what was sent. */
  frame(frame: StompFrame): void {
    const { command, headers, body } = frame;
    if (command === 'RECEIPT') this.#receipts.settle(headers.get('receipt-id') ?? '');
    if (command !== 'ERROR') return;
    const said = headers.get('message') ?? '';
    const error = MessageBrokerError.refused(said);
    const isNamed = this.#receipts.refuse(headers.get('receipt-id'), error);
    // Which of them was refused nobody knows: RabbitMQ does not say, and confirms the others in any order.
    if (!isNamed) this.#receipts.failAll(error);
    const [detail = ''] = body.subarray(0, 300).toString('utf8').split('\n');
    this.#tell(
      `The broker answered ERROR on the system connection: ${quoteForLog(`${said} ${detail}`.trim())}` +
        (isNamed ? '' : '. Something that a client or the application has sent was not delivered.'),
    );
  }

  /** The connection is gone. */
  lost(): void {
    this.#receipts.failAll(MessageBrokerError.lost());
  }

  stop(): void {
    this.lost();
  }

  /** A client can have as many of them as it sends frames. */
  #tell(line: string): void {
    const untold = this.#refusals.due();
    if (untold === undefined) this.logger.debug(line);
    else this.logger.error(untold === 0 ? line : `${line} ${untold} before it are in the debug log.`);
  }

  #requireConnection(): BrokerConnection {
    const { connection } = this.system;
    if (connection === undefined) throw MessageBrokerError.unavailable();
    const { sendBufferSizeLimit } = this.settings;
    if (connection.waitingBytes > sendBufferSizeLimit) throw MessageBrokerError.busy(sendBufferSizeLimit);
    return connection;
  }
}
