import type { MessagingLogger } from '../../messaging/messaging-logger.js';
import { textOfThrown } from '../../messaging/thrown-text.js';
import type { TimerWheel } from '../../session/timer-wheel.js';
import { decodeControl, type ClusterControl, type ClusterDisconnect } from './cluster-control.js';
import type { ClusterCounters } from './cluster-counters.js';
import type { ClusterNodes, RemoteNode } from './cluster-nodes.js';
import {
  decodeMessage,
  originOf,
  RecordType,
  recordsOf,
  type ClusterMessage,
  type ClusterRecord,
} from './cluster-packet.js';

/** Who takes what other nodes say. */
export interface ClusterReceiver {
  /** Something was published elsewhere. */
  published(message: ClusterMessage): void;
  /** Something was sent elsewhere, to a user or to one session. */
  sentToUser(message: ClusterMessage, user: string): void;
  /** Some sessions of this node are to end. */
  disconnect(sessionIds: readonly string[], how: ClusterDisconnect): void;
}

/** What the node itself has to do with some of it. */
export interface ClusterAnswers {
  /** Something that this node has said of itself has come back. */
  ownWord(): void;
  /** Another node has just come and wants to know who is there. */
  hello(nodeId: string): void;
  /** Another node wants to know all sessions of this one. */
  ask(nodeId: string): void;
}

/** How often packets that cannot be read are worth a line in the log. */
const REMINDER_MS = 60_000;

/** Takes what a bus delivers: each thing once, from nodes that belong here, and throws nothing, since a bus has nobody to tell. */
export class ClusterInbox {
  receiver: ClusterReceiver | undefined;
  #lastLine = -Infinity;

  constructor(
    private readonly nodeId: string,
    private readonly nodes: ClusterNodes,
    private readonly counters: ClusterCounters,
    private readonly wheel: Pick<TimerWheel, 'now'>,
    private readonly logger: MessagingLogger,
    private readonly answers: ClusterAnswers,
  ) {}

  packet(bytes: Uint8Array): void {
    const packet = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    try {
      const { nodeId, connection } = originOf(packet);
      if (nodeId === this.nodeId) {
        this.#own(packet);
        return;
      }
      const node = this.nodes.of(nodeId, this.wheel.now());
      if (!node.isOnTime(connection)) return;
      for (const record of recordsOf(packet))
        if (node.window.isNew(record.sequence)) this.#record(node, record);
    } catch (error) {
      this.#unreadable(error);
    }
  }

  /** What this node has published has reached its clients already; that its word comes back is news. */
  #own(packet: Buffer): void {
    const [first] = recordsOf(packet);
    if (first?.type === RecordType.CONTROL) this.answers.ownWord();
  }

  #record(node: RemoteNode, { type, content }: ClusterRecord): void {
    if (type === RecordType.CONTROL) {
      const control = decodeControl(content);
      if (control !== undefined) this.#control(node, control);
    } else if (node.isForeign) {
      this.counters.unreadable++;
    } else if (type === RecordType.MESSAGE || type === RecordType.USER_MESSAGE) {
      this.#message(decodeMessage(content));
    }
  }

  #message(message: ClusterMessage): void {
    this.counters.received++;
    try {
      if (message.user === undefined) this.receiver?.published(message);
      else this.receiver?.sentToUser(message, message.user);
    } catch (error) {
      this.logger.error(`A message of another node was not delivered: ${textOfThrown(error)}`);
    }
  }

  #control(node: RemoteNode, control: ClusterControl): void {
    if (control.kind === 'alive') {
      this.nodes.alive(node, control);
      if (control.hello) this.answers.hello(node.id);
      return;
    }
    if (node.isForeign) {
      this.counters.unreadable++;
      return;
    }
    switch (control.kind) {
      case 'leave':
        this.nodes.leave(node);
        return;
      case 'sessions':
        node.directory.sessions(control);
        return;
      case 'changes':
        node.directory.changes(control);
        return;
      case 'ask':
        this.answers.ask(node.id);
        return;
      default:
        this.#disconnect(control.sessionIds, control.how);
    }
  }

  #disconnect(sessionIds: readonly string[], how: ClusterDisconnect): void {
    try {
      this.receiver?.disconnect(sessionIds, how);
    } catch (error) {
      this.logger.error(`Sessions that another node wanted to end did not: ${textOfThrown(error)}`);
    }
  }

  #unreadable(error: unknown): void {
    this.counters.unreadable++;
    const now = this.wheel.now();
    if (now - this.#lastLine < REMINDER_MS) return;
    this.#lastLine = now;
    this.logger.warn(
      `Something on the bus of the cluster could not be read and was dropped. ${textOfThrown(error)}. ` +
        'Does something else use simpleBroker.cluster.namespace?',
    );
  }
}
