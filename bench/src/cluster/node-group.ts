import { startNodeServer, type NodeServer } from '../harness/server-process.js';
import type { ServerAddress } from '../loader/protocol.js';
import type { Engine, RunningEngine } from './engine.js';

/** Nodes of one cluster, each a process, and what is between them. */
export class NodeGroup {
  readonly #nodes: NodeServer[] = [];

  private constructor(private readonly engine: RunningEngine) {}

  static async start(engine: Engine, nodes: number): Promise<NodeGroup> {
    const group = new NodeGroup(await engine.start());
    try {
      // One after the other: the first is always the hub where a node has to be that.
      for (let i = 0; i < nodes; i++) await group.add();
    } catch (error) {
      await group.stop();
      throw error;
    }
    return group;
  }

  get nodes(): readonly NodeServer[] {
    return this.#nodes;
  }

  get enginePid(): number | undefined {
    return this.engine.pid;
  }

  async add(environment: NodeJS.ProcessEnv = {}): Promise<NodeServer> {
    const node = await startNodeServer('cluster-node.js', { ...this.engine.environment, ...environment });
    this.#nodes.push(node);
    return node;
  }

  async remove(node: NodeServer): Promise<void> {
    this.#nodes.splice(this.#nodes.indexOf(node), 1);
    await node.stop();
  }

  /**
   * Where to load it: the publisher at the first node, subscribers at the first so many. All nodes are watched, and then
   * what is between them.
   */
  address(subscribedNodes = this.#nodes.length): ServerAddress {
    const [first, ...others] = this.#nodes;
    if (first === undefined) throw new Error('There are no nodes');
    return {
      port: first.port,
      pid: first.pid,
      dialect: 'stomp',
      otherPorts: others.slice(0, subscribedNodes - 1).map(({ port }) => port),
      otherPids: [...others.map(({ pid }) => pid), ...(this.enginePid === undefined ? [] : [this.enginePid])],
    };
  }

  async stop(): Promise<void> {
    // The hub last, so that nobody has to look for another one.
    for (const node of this.#nodes.splice(0).reverse()) await node.stop();
    await this.engine.stop();
  }
}
