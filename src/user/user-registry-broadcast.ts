import type { MessagingLogger } from '../messaging/messaging-logger.js';
import type { SimpSession } from '../messaging/simp-session.js';
import {
  BrokerAvailabilityEvent,
  SessionConnectedEvent,
  SessionDisconnectEvent,
  SessionSubscribedEvent,
  SessionUnsubscribedEvent,
  type StompEvent,
} from '../session/stomp-event.js';
import type { TimerWheel, WheelTimer } from '../session/timer-wheel.js';
import type { DefaultSimpUserRegistry } from './default-simp-user-registry.js';
import {
  readReport,
  reportOfEnd,
  reportsOfAll,
  reportsOfChanges,
  type RegistryReport,
} from './registry-report.js';
import type { RemoteSession } from './remote-users.js';

/** Spring's: half of what a node may be silent. */
const BEAT_MS = 10_000;
/** Spring's `userRegistryExpiry`. */
const EXPIRY_MS = 20_000;
/** How long changes are gathered: what a page loads within that is told at once. */
const GATHER_MS = 200;

/** Another node, as far as it has told. */
interface Node {
  expiry: WheelTimer;
  round: number;
  nextPart: number;
  sessions: RemoteSession[];
}

/**
 * Tells other nodes of the sessions of this one, and the registry of theirs. It knows nothing of the way on which that goes:
 * what it publishes, all others are to receive, in its order.
 */
export class UserRegistryBroadcast {
  readonly #nodes = new Map<string, Node>();
  readonly #changed = new Set<string>();
  #beat: WheelTimer | undefined;
  #gathering: WheelTimer | undefined;
  #round = 0;
  #isRunning = false;
  #hasWarned = false;
  #hasWarnedOfRoom = false;

  /**
   * @param publish sends to all nodes; what it throws, or is rejected with, is made good by the next beat
   */
  constructor(
    private readonly nodeId: string,
    private readonly registry: DefaultSimpUserRegistry,
    private readonly publish: (report: Uint8Array) => unknown,
    private readonly wheel: Pick<TimerWheel, 'schedule'>,
    private readonly logger: MessagingLogger,
  ) {}

  /** It first tells when the broker is available, or with the first beat. */
  start(): void {
    this.#isRunning = true;
    this.#beat = this.wheel.schedule(BEAT_MS, () => this.#tellAll());
  }

  /** Says that this node is gone, and forgets all others. */
  stop(): void {
    if (!this.#isRunning) return;
    this.#send([reportOfEnd(this.nodeId)]);
    this.#isRunning = false;
    this.#beat?.cancel();
    this.#gathering?.cancel();
    for (const nodeId of this.#nodes.keys()) this.#forget(nodeId);
  }

  /** The listener of session events. It has to come behind that of the registry. */
  readonly onEvent = (event: StompEvent): void => {
    if (event instanceof BrokerAvailabilityEvent) {
      if (event.isBrokerAvailable) this.tellSoon();
    } else if (
      event instanceof SessionConnectedEvent ||
      event instanceof SessionDisconnectEvent ||
      event instanceof SessionSubscribedEvent ||
      event instanceof SessionUnsubscribedEvent
    ) {
      this.#changed.add(event.session.id);
      this.#gather();
    }
  };

  /** Tells of all sessions soon: somebody may have missed them. */
  tellSoon(): void {
    if (!this.#isRunning) return;
    this.#beat?.cancel();
    this.#beat = this.wheel.schedule(GATHER_MS, () => this.#tellAll());
  }

  /** What has been received, perhaps from this node itself. */
  receive(bytes: Uint8Array): void {
    if (!this.#isRunning) return;
    let report: RegistryReport;
    try {
      report = readReport(bytes);
    } catch (error) {
      this.#warn(`Something that is no report of users was dropped. ${(error as Error).message}.`);
      return;
    }
    if (report.node === this.nodeId) return;
    if (report.kind === 'gone') this.#forget(report.node);
    else this.#hear(report);
  }

  #hear(report: Exclude<RegistryReport, { readonly kind: 'gone' }>): void {
    const node = this.#nodeOf(report.node);
    const { remote } = this.registry;
    let leftOut = 0;
    if (report.kind === 'changed') {
      leftOut = remote.apply(report.node, { put: report.sessions, removed: report.removed });
    } else {
      if (report.part === 0) {
        node.round = report.round;
        node.nextPart = 0;
        node.sessions = [];
      }
      // A part is missing: what is there stays until the next round.
      if (report.round !== node.round || report.part !== node.nextPart) return;
      node.nextPart++;
      node.sessions.push(...report.sessions);
      if (node.nextPart === report.parts) {
        leftOut = remote.replace(report.node, node.sessions);
        node.sessions = [];
      } else leftOut = remote.apply(report.node, { put: report.sessions });
    }
    if (leftOut === 0 || this.#hasWarnedOfRoom) return;
    this.#hasWarnedOfRoom = true;
    this.logger.warn(`The registry has no room for ${leftOut} sessions of node ${report.node}.`);
  }

  #nodeOf(nodeId: string): Node {
    const expiry = this.wheel.schedule(EXPIRY_MS, () => this.#forget(nodeId));
    const known = this.#nodes.get(nodeId);
    if (known !== undefined) {
      known.expiry.cancel();
      known.expiry = expiry;
      return known;
    }
    const node = { expiry, round: -1, nextPart: 0, sessions: [] };
    this.#nodes.set(nodeId, node);
    // Who is new here has not heard of this one either.
    this.tellSoon();
    return node;
  }

  #forget(nodeId: string): void {
    this.#nodes.get(nodeId)?.expiry.cancel();
    this.#nodes.delete(nodeId);
    this.registry.remote.forget(nodeId);
  }

  #gather(): void {
    if (!this.#isRunning || this.#gathering !== undefined) return;
    this.#gathering = this.wheel.schedule(GATHER_MS, () => {
      this.#gathering = undefined;
      this.#tellChanges();
    });
  }

  #tellAll(): void {
    this.#beat = this.wheel.schedule(BEAT_MS, () => this.#tellAll());
    const sessions = [...this.registry.localSessions].map((session) => this.#told(session));
    this.#send(reportsOfAll(this.nodeId, this.#round++, sessions));
  }

  #tellChanges(): void {
    const changed: RemoteSession[] = [];
    const removed: string[] = [];
    for (const id of this.#changed) {
      const session = this.registry.localSession(id);
      if (session === undefined) removed.push(id);
      else changed.push(this.#told(session));
    }
    this.#changed.clear();
    this.#send(reportsOfChanges(this.nodeId, changed, removed));
  }

  #told({ id, subscriptions }: SimpSession): RemoteSession {
    return {
      id,
      user: this.registry.userNameOf(id),
      subscriptions: [...subscriptions].map(([subscriptionId, destination]) => ({
        id: subscriptionId,
        destination,
      })),
    };
  }

  #send(reports: readonly Uint8Array[]): void {
    try {
      for (const report of reports) {
        const sent = this.publish(report);
        if (sent instanceof Promise) sent.catch((error: unknown) => this.#unsent(error));
      }
    } catch (error) {
      this.#unsent(error);
    }
  }

  /** The broker is away, or full: the next beat says it again. */
  #unsent(error: unknown): void {
    this.logger.debug(`Other nodes were not told of users. ${String(error)}`);
  }

  /** Once: whoever writes it, writes it again and again. */
  #warn(line: string): void {
    if (this.#hasWarned) {
      this.logger.debug(line);
      return;
    }
    this.#hasWarned = true;
    this.logger.warn(`${line} More of that is only in the debug log.`);
  }
}
