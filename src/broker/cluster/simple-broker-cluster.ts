import { randomBytes } from 'node:crypto';
import type { DestinationSeparator } from '../../messaging/destination/destination-pattern.js';
import type { Message, UserElsewhere } from '../../messaging/message.js';
import type { MessagingLogger } from '../../messaging/messaging-logger.js';
import { ClusterAvailabilityEvent } from '../../session/stomp-event.js';
import type { StompEventPublisher } from '../../session/stomp-event-bus.js';
import type { TimerWheel, WheelTimer } from '../../session/timer-wheel.js';
import { ClusterAddresses } from './cluster-address.js';
import { ClusterBusError, type ClusterBusConnection } from './cluster-bus.js';
import {
  encodeControl,
  type ClusterAgreement,
  type ClusterControl,
  type ClusterDisconnect,
} from './cluster-control.js';
import { fromPublished, fromSentToUser, mostBytesOf } from './cluster-message.js';
import { ClusterCounters } from './cluster-counters.js';
import { ClusterError } from './cluster-error.js';
import { ClusterInbox, type ClusterReceiver } from './cluster-inbox.js';
import { ClusterInterest } from './cluster-interest.js';
import { ClusterLink } from './cluster-link.js';
import { ClusterNodes, type ClusterNode } from './cluster-nodes.js';
import { ClusterOutbox } from './cluster-outbox.js';
import {
  encodeMessage,
  encodeRecord,
  NODE_ID_BYTES,
  packetHead,
  recordBytesOf,
  RecordType,
  type ClusterMessage,
} from './cluster-packet.js';
import type { ClusterSettings } from './cluster-settings.js';
import { LocalDirectory } from './local-directory.js';
import type { ClusterUsers } from './remote-directory.js';

const DISCONNECTED_AT_ONCE = 500;

/** Calls of `disconnectUser` and the like that wait until the other nodes are reached. */
const DISCONNECTS_KEPT = 1000;
/** How often the same trouble is worth a line in the log. */
const REMINDER_MS = 60_000;

interface DisconnectElsewhere {
  readonly nodeId: string;
  readonly sessionIds: readonly string[];
  readonly how: ClusterDisconnect;
}

/**
 * The other nodes of a simple broker: what is published here reaches those who have subscribed there. Each node hears
 * only what somebody connected to it wants.
 *
 * Inject it to see how the cluster stands, and to wait until what was published has left ({@link flush}).
 *
 * @publicApi
 */
export class SimpleBrokerCluster {
  /** What has been counted since the start of the application. */
  readonly counters = new ClusterCounters();
  /** What other nodes call this one. New with each start of the application. */
  readonly nodeId: string;
  /** What its sessions are told as. */
  readonly directory: LocalDirectory;
  readonly #addresses: ClusterAddresses;
  readonly #interest: ClusterInterest;
  readonly #link: ClusterLink;
  readonly #outbox: ClusterOutbox;
  readonly #nodes: ClusterNodes;
  readonly #nodeIdBytes = randomBytes(NODE_ID_BYTES);
  #connection: ClusterBusConnection | undefined;
  /** So far, the one that there is included. */
  #connections = 0;
  readonly #inbox: ClusterInbox;
  #isRunning = false;
  #hasBegun = false;
  /** Sessions of other nodes that are to end when these are reached again. */
  readonly #toDisconnect: DisconnectElsewhere[] = [];
  #lastTick = 0;
  #lastTooLarge = -Infinity;
  #awaySince: number | undefined;
  #droppedBefore = 0;
  #expiry: WheelTimer | undefined;

  constructor(
    private readonly settings: ClusterSettings,
    separator: DestinationSeparator,
    private readonly agreement: ClusterAgreement,
    users: ClusterUsers,
    private readonly events: StompEventPublisher,
    private readonly logger: MessagingLogger,
    private readonly wheel: TimerWheel,
  ) {
    this.nodeId = this.#nodeIdBytes.toString('hex');
    const { bus, namespace, lingerMs } = settings;
    this.#addresses = new ClusterAddresses(namespace, separator);
    this.#outbox = new ClusterOutbox(settings, wheel, this.counters);
    this.#link = new ClusterLink(bus, settings, wheel, logger, {
      connected: (connection) => this.#connected(connection),
      beat: (connection) => this.#sayAlive(connection, this.#awaySince !== undefined),
      message: (bytes) => this.#inbox.packet(bytes),
      areAllBack: () => this.#nodes.areAllBack,
      available: () => this.#available(),
      disconnected: (wasAvailable, error) => this.#disconnected(wasAvailable, error),
    });
    this.#interest = new ClusterInterest(
      this.#addresses,
      bus.maxPatterns ?? Infinity,
      lingerMs,
      wheel,
      (connection, error) => this.#link.fail(connection, error),
    );
    this.#nodes = new ClusterNodes(
      agreement,
      users,
      (id) => this.#say(this.#addresses.ofNode(id), { kind: 'ask' }),
      events,
      logger,
    );
    this.directory = new LocalDirectory(
      wheel,
      (control) => this.#say(this.#addresses.everyone, control),
      () => this.#connection?.maxMessageBytes ?? Infinity,
    );
    this.#inbox = new ClusterInbox(this.nodeId, this.#nodes, this.counters, wheel, logger, {
      ownWord: () => this.#link.heard(),
      hello: (id) => {
        if (this.#connection !== undefined)
          this.#sayAlive(this.#connection, false, this.#addresses.ofNode(id));
      },
      ask: (id) => this.directory.tellAll((part) => this.#say(this.#addresses.ofNode(id), part)),
    });
    this.#interest.hold(this.#addresses.everyone);
    this.#interest.hold(this.#addresses.ofNode(this.nodeId));
  }

  /** Whether other nodes are reached, as far as one can know. Clients of this node are served either way. */
  get isAvailable(): boolean {
    return this.#link.isAvailable;
  }

  /** Why not: for a health check, not for clients. */
  get unavailableReason(): string | undefined {
    return this.#link.lastError?.message;
  }

  /** The other nodes. */
  get nodes(): readonly ClusterNode[] {
    return this.#nodes.members;
  }

  /** What the bus is called. */
  get busName(): string {
    return this.settings.bus.name;
  }

  /** Addresses on the bus that this node listens to. */
  get interestCount(): number {
    return this.#interest.size;
  }

  /** The largest message that the other nodes can be sent, in bytes, headers included; `Infinity` while nobody knows. */
  get maxMessageBytes(): number {
    return this.#outbox.maxRecordBytes;
  }

  /** Octets that the bus has not taken. */
  get pendingBytes(): number {
    return this.#outbox.pendingBytes;
  }

  /** Begins to connect. */
  start(receiver: ClusterReceiver): void {
    this.#inbox.receiver = receiver;
    this.#isRunning = true;
    this.#awaySince = this.wheel.now();
    this.#link.start();
    this.#scheduleExpiry();
  }

  /**
   * Resolved when the bus is available, or has failed once.
   *
   * @returns what is wrong, if something is: `isFatal` when waiting mends nothing, because the nodes can never be of one cluster or the
   * package that speaks to the engine is not installed
   */
  async firstAttempt(): Promise<{ readonly text: string; readonly isFatal: boolean } | undefined> {
    const error = await this.#link.firstAttempt();
    const conflict = this.#nodes.conflictFor(this.nodeId);
    if (conflict !== undefined) return { text: conflict, isFatal: true };
    this.#hasBegun = true;
    return error && { text: error.message, isFatal: isMissingPeer(error) };
  }

  /** Tells the others, and disconnects when what was published has left. */
  async stop(): Promise<void> {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#inbox.receiver = undefined;
    this.#expiry?.cancel();
    this.directory.stop();
    this.#say(this.#addresses.everyone, { kind: 'leave' });
    this.#outbox.stop();
    this.#interest.stop();
    await this.#link.stop();
    this.#connection = undefined;
  }

  /**
   * Waits until the bus has taken all that was published since the last time.
   *
   * @throws ClusterError when some of it was dropped, the bus does not take it, or nobody can know
   */
  flush(): Promise<void> {
    return this.#outbox.allConfirmed();
  }

  /**
   * Waits until the bus has taken what was just published.
   *
   * @throws ClusterError when it does not, or nobody can know
   */
  confirmed(): Promise<void> {
    return this.#outbox.confirmed();
  }

  /**
   * A client of this node has subscribed to a destination or a pattern.
   *
   * @returns resolved when the subscription hears the whole cluster; `undefined` when it does already, or the bus is away
   */
  subscribed(sessionId: string, subscriptionId: string, destination: string): Promise<void> | undefined {
    return this.#interest.add(sessionId, subscriptionId, this.#addresses.ofSubscription(destination));
  }

  /** The same, for destinations of a user, or of an anonymous session by its id. */
  subscribedForUser(sessionId: string, subscriptionId: string, user: string): Promise<void> | undefined {
    return this.#interest.add(sessionId, subscriptionId, [this.#addresses.ofUser(user)]);
  }

  /** A subscription has ended; nothing happens if it is not there. */
  unsubscribed(sessionId: string, subscriptionId: string): void {
    this.#interest.remove(sessionId, subscriptionId);
  }

  /** All of a session have ended. */
  sessionEnded(sessionId: string): void {
    this.#interest.removeSession(sessionId);
  }

  /**
   * @param elsewhere for whom it is, if it is for a user
   * @throws ClusterError when a message is larger than the bus carries
   */
  requireSendable(message: Message<Uint8Array>, elsewhere?: UserElsewhere): void {
    this.#requireSendable(
      elsewhere === undefined ? fromPublished(message) : fromSentToUser(message, elsewhere),
    );
  }

  /**
   * Sends what has been published here to the other nodes.
   *
   * @returns whether it will be sent, as far as one can know now
   */
  publish(message: Message<Uint8Array>): boolean {
    const sent = fromPublished(message);
    const address = this.#addresses.ofDestination(sent.destination);
    return this.#outbox.add(address, encodeMessage(0, sent));
  }

  /**
   * Sends what is for a user to the other nodes.
   *
   * @param message translated: its destination is what the broker calls it
   * @returns whether it will be sent, as far as one can know now
   * @throws ClusterError when the message is larger than the bus carries
   */
  sendToUser(message: Message<Uint8Array>, elsewhere: UserElsewhere): boolean {
    const sent = fromSentToUser(message, elsewhere);
    this.#requireSendable(sent);
    return this.#outbox.add(this.#addresses.ofUser(elsewhere.user), encodeMessage(0, sent));
  }

  /** Ends sessions of another node: when it is reached again, if it is not reached now. */
  disconnect(nodeId: string, sessionIds: readonly string[], how: ClusterDisconnect): void {
    if (!this.isAvailable) {
      this.#toDisconnect.push({ nodeId, sessionIds, how });
      if (this.#toDisconnect.length <= DISCONNECTS_KEPT) return;
      const [{ sessionIds: forgotten }] = this.#toDisconnect.splice(0, 1);
      this.logger.warn(
        `${forgotten.length} sessions of another node that were to end do not: too many wait for the cluster`,
      );
      return;
    }
    // In parts that any bus carries: a user may have very many.
    for (let at = 0; at < sessionIds.length; at += DISCONNECTED_AT_ONCE) {
      const part = sessionIds.slice(at, at + DISCONNECTED_AT_ONCE);
      this.#say(this.#addresses.ofNode(nodeId), { kind: 'disconnect', sessionIds: part, how });
    }
  }

  #requireSendable(message: ClusterMessage): void {
    const limit = this.#outbox.maxRecordBytes;
    if (mostBytesOf(message) <= limit) return;
    const size = recordBytesOf(message);
    if (size > limit) throw ClusterError.tooLarge(size, limit);
  }

  #connected(connection: ClusterBusConnection): Promise<void> {
    this.#connection = connection;
    this.#outbox.connected(packetHead(this.#nodeIdBytes, ++this.#connections));
    this.#nodes.awaitAll();
    return this.#interest.connected(connection);
  }

  #available(): void {
    const connection = this.#connection as ClusterBusConnection;
    const awayMs = Math.round(this.wheel.now() - (this.#awaySince ?? 0));
    const isFirst = this.counters.losses === 0;
    this.#awaySince = undefined;
    this.#outbox.available(connection);
    for (const { nodeId, sessionIds, how } of this.#toDisconnect.splice(0))
      this.disconnect(nodeId, sessionIds, how);
    const dropped = this.counters.dropped - this.#droppedBefore;
    this.#droppedBefore = this.counters.dropped;
    const others = this.nodes.length;
    this.logger.log(
      `The cluster is available: ${this.busName}, ${others} other ${others === 1 ? 'node' : 'nodes'}` +
        (isFirst ? '' : `. It was away for ${awayMs} ms; ${dropped} messages reached this node only`),
    );
    void this.events.publish(new ClusterAvailabilityEvent(true, isFirst ? 0 : awayMs, dropped));
  }

  #disconnected(wasAvailable: boolean, error: Error): void {
    this.#connection = undefined;
    // Before anything is dropped: what is, is a part of this outage.
    if (wasAvailable) this.#droppedBefore = this.counters.dropped;
    this.#interest.disconnected();
    this.#outbox.disconnected();
    this.#nodes.forgive(this.wheel.now());
    this.#nodes.interrupted();
    this.#awaySince ??= this.wheel.now();
    if (!wasAvailable) return;
    this.counters.losses++;
    void this.events.publish(new ClusterAvailabilityEvent(false, 0, 0, error.message));
  }

  /** Nobody dies while this node itself does not hear. */
  #scheduleExpiry(): void {
    const { heartbeatIntervalMs, nodeTimeoutMs } = this.settings;
    this.#lastTick = this.wheel.now();
    this.#expiry = this.wheel.schedule(heartbeatIntervalMs, () => {
      const now = this.wheel.now();
      // A process that stood still itself has not heard because it has not listened.
      const hasListened = this.isAvailable && now - this.#lastTick <= 2 * heartbeatIntervalMs;
      if (hasListened) this.#nodes.expire(now, nodeTimeoutMs);
      else this.#nodes.forgive(now);
      this.#scheduleExpiry();
    });
  }

  #sayAlive(connection: ClusterBusConnection, hello: boolean, address = this.#addresses.everyone): void {
    const { agreement } = this;
    const { name } = this.settings;
    this.#say(
      address,
      {
        kind: 'alive',
        name,
        agreement,
        revision: this.directory.revision,
        hello,
        hasBegun: this.#hasBegun,
      },
      connection,
    );
  }

  #say(address: string, control: ClusterControl, connection = this.#connection): void {
    if (connection === undefined) return;
    const record = encodeRecord(RecordType.CONTROL, 0, encodeControl(control));
    if (!this.#outbox.sendNow(connection, address, record)) this.#tellTooLarge(record.length, connection);
  }

  #tellTooLarge(sizeBytes: number, { maxMessageBytes }: ClusterBusConnection): void {
    const now = this.wheel.now();
    if (now - this.#lastTooLarge < REMINDER_MS) return;
    this.#lastTooLarge = now;
    this.logger.warn(
      `${this.busName} carries ${maxMessageBytes} bytes at most, and what this node has to say of its sessions takes ${sizeBytes}. ` +
        'Other nodes do not know of all its users. Raise the limit of the engine (NATS: max_payload).',
    );
  }
}

function isMissingPeer(error: Error): boolean {
  return error instanceof ClusterBusError && error.code === 'STOMP_CLUSTER_MISSING_PEER';
}
