import type { MessagingLogger } from '../../messaging/messaging-logger.js';
import { ClusterNodeEvent } from '../../session/stomp-event.js';
import type { StompEventPublisher } from '../../session/stomp-event-bus.js';
import type { AliveControl, ClusterAgreement } from './cluster-control.js';
import { RemoteDirectory, type ClusterUsers } from './remote-directory.js';
import { SequenceWindow } from './sequence-window.js';

/**
 * Another node of a cluster.
 *
 * @publicApi
 */
export interface ClusterNode {
  /** New with each start of the application. */
  readonly id: string;
  /** What it calls itself: for people. */
  readonly name: string;
}

/** What is known of a node that has been heard of. */
export class RemoteNode {
  readonly window = new SequenceWindow();
  /** As long as it has not said that it lives, messages of it are taken, but it is no member. */
  name: string | undefined;
  /** It means other things by the same words: nothing of it is taken. */
  isForeign = false;
  /** Why, and what to do about it. */
  conflict: string | undefined;
  /** It has begun to serve: it was there first, if this one has not. */
  hasBegun = false;
  lastHeardMs = 0;
  #connection = 0;

  constructor(
    readonly id: string,
    readonly directory: RemoteDirectory,
  ) {}

  /**
   * Whether something was sent on the connection that the node has now. An engine that stood still may deliver late what was sent on one
   * before, which the node has given up: behind what came since it would be out of order.
   */
  isOnTime(connection: number): boolean {
    if (connection < this.#connection) return false;
    this.#connection = connection;
    return true;
  }
}

/** All other nodes that have been heard of and not died since. */
export class ClusterNodes {
  readonly #nodes = new Map<string, RemoteNode>();
  /** Members that have not been heard of since this node has a new connection. */
  readonly #awaited = new Set<string>();
  #hasWarnedOfRoom = false;

  /**
   * @param agreement what has to be the same on all nodes
   * @param ask asks a node for all its sessions
   */
  constructor(
    private readonly agreement: ClusterAgreement,
    private readonly users: ClusterUsers,
    private readonly ask: (nodeId: string) => void,
    private readonly events: StompEventPublisher,
    private readonly logger: MessagingLogger,
  ) {}

  /** Those that belong to the cluster. */
  get members(): readonly ClusterNode[] {
    const members: ClusterNode[] = [];
    for (const { id, name, isForeign } of this.#nodes.values())
      if (name !== undefined && !isForeign) members.push({ id, name });
    return members;
  }

  /** Whether all members that were there before have been heard of on this node's new connection. */
  get areAllBack(): boolean {
    return this.#awaited.size === 0;
  }

  /**
   * Why this node, which is about to begin, cannot be of this cluster. A node that differs and has begun was right first, unless
   * others that have begun agree with this one; of two that both are about to begin, one gives way.
   *
   * @param ownId of this node
   */
  conflictFor(ownId: string): string | undefined {
    const others = [...this.#nodes.values()].filter(({ name }) => name !== undefined);
    if (others.some(({ isForeign, hasBegun }) => hasBegun && !isForeign)) return undefined;
    const stronger = others.find(({ id, isForeign, hasBegun }) => isForeign && (hasBegun || id < ownId));
    return stronger?.conflict;
  }

  /** The node, which is heard of now. */
  of(id: string, nowMs: number): RemoteNode {
    let node = this.#nodes.get(id);
    if (node === undefined) {
      const leftOut = (sessions: number): void => this.#warnOfRoom(id, sessions);
      node = new RemoteNode(id, new RemoteDirectory(id, this.users, () => this.ask(id), leftOut));
      this.#nodes.set(id, node);
    }
    node.lastHeardMs = nowMs;
    this.#awaited.delete(id);
    return node;
  }

  /** This node has a new connection: the others need one as well, and hear nothing until they have it. */
  awaitAll(): void {
    for (const { id } of this.members) this.#awaited.add(id);
  }

  /** A node has said that it lives. */
  alive(node: RemoteNode, { name, agreement, revision, hasBegun = true }: AliveControl): void {
    node.hasBegun = hasBegun;
    if (node.name === undefined) this.#meet(node, name, agreement);
    if (!node.isForeign) node.directory.compare(revision);
  }

  /** A node has said that it ends. */
  leave(node: RemoteNode): void {
    this.#forget(node, 'left');
  }

  /** Nodes that have not been heard of for long are gone. */
  expire(nowMs: number, timeoutMs: number): void {
    for (const node of this.#nodes.values())
      if (nowMs - node.lastHeardMs > timeoutMs) this.#forget(node, 'lost');
  }

  /** This node has heard nobody for a while, which is not their fault. */
  forgive(nowMs: number): void {
    for (const node of this.#nodes.values()) node.lastHeardMs = nowMs;
  }

  /** The rest of what nodes were telling will not come any more. */
  interrupted(): void {
    for (const { directory } of this.#nodes.values()) directory.interrupted();
  }

  #meet(node: RemoteNode, name: string, agreement: ClusterAgreement): void {
    node.name = name;
    const difference = differenceOf(this.agreement, agreement);
    if (difference === undefined) {
      this.logger.log(`Node ${name} (${node.id}) is in the cluster`);
      void this.events.publish(new ClusterNodeEvent(node.id, name, 'joined'));
      return;
    }
    node.isForeign = true;
    node.conflict =
      `Node ${name} (${node.id}) of the same cluster has another ${difference}. ` +
      'Give all nodes the same, or this one another simpleBroker.cluster.namespace';
    this.logger.error(`${node.conflict}. Nothing that it says is taken.`);
  }

  /** Once: of a mistake somewhere else, or a cluster beyond what was thought of, every further message would say the same. */
  #warnOfRoom(nodeId: string, sessions: number): void {
    if (this.#hasWarnedOfRoom) return;
    this.#hasWarnedOfRoom = true;
    this.logger.warn(
      `The registry has no room for ${sessions} sessions of node ${nodeId}. SimpUserRegistry does not show them, and disconnectUser does not reach them.`,
    );
  }

  #forget(node: RemoteNode, how: 'left' | 'lost'): void {
    this.#nodes.delete(node.id);
    this.#awaited.delete(node.id);
    this.users.forget(node.id);
    const { id, name, isForeign } = node;
    if (name === undefined || isForeign) return;
    if (how === 'left') this.logger.log(`Node ${name} (${id}) has left the cluster`);
    else this.logger.warn(`Node ${name} (${id}) has not been heard of and counts as dead`);
    void this.events.publish(new ClusterNodeEvent(id, name, how));
  }
}

/** @returns the option in which two nodes differ, and how */
function differenceOf(ours: ClusterAgreement, theirs: ClusterAgreement): string | undefined {
  const options: readonly [string, (agreement: ClusterAgreement) => unknown][] = [
    [
      'simpleBroker.destinationPrefixes',
      ({ destinationPrefixes }) => destinationPrefixes.toSorted().join(', '),
    ],
    ['userDestinationPrefix', ({ userDestinationPrefix }) => userDestinationPrefix],
    ['pathSeparator', ({ pathSeparator }) => pathSeparator],
  ];
  for (const [option, read] of options) {
    const [here, there] = [String(read(ours)), String(read(theirs))];
    if (here !== there) return `${option}: "${there}", and this one "${here}"`;
  }
  return undefined;
}
