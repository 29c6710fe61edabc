import { afterEach, beforeAll, afterAll, describe, expect, it } from '@jest/globals';
import type { ClusterBus, ClusterBusConnection } from '../../src/broker/cluster/cluster-bus.js';

/** An engine, and a bus to it for each node. */
export interface Engine {
  bus(): ClusterBus;
  stop(): Promise<void>;
}

/** A node that writes down what arrives. */
class Node {
  readonly losses: Error[] = [];
  readonly #arrived: string[] = [];
  #wake: (() => void) | undefined;

  private constructor(readonly name: string) {}

  connection!: ClusterBusConnection;

  static async start(bus: ClusterBus, name = 'node'): Promise<Node> {
    const node = new Node(name);
    node.connection = await bus.connect({
      message: (bytes) => {
        node.#arrived.push(Buffer.from(bytes).toString('latin1'));
        node.#wake?.();
      },
      lost: (error) => node.losses.push(error),
    });
    return node;
  }

  say(address: string, text: string): void {
    this.connection.publish(address, Buffer.from(text, 'latin1'));
  }

  async next(): Promise<string> {
    while (this.#arrived.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#arrived.shift() as string;
  }

  /** All that arrives before what it says to itself does. */
  async untilOwn(address: string): Promise<string[]> {
    this.say(address, 'own');
    const got: string[] = [];
    for (let text = await this.next(); text !== 'own'; text = await this.next()) got.push(text);
    return got;
  }
}

/** What the cluster relies on, whatever the engine. */
export function describeClusterBusContract(name: string, startEngine: () => Promise<Engine>): void {
  describe(`the contract of a cluster bus: ${name}`, () => {
    let engine: Engine;
    let number = 0;
    const open: Node[] = [];

    const start = async (): Promise<Node> => {
      const node = await Node.start(engine.bus());
      open.push(node);
      return node;
    };
    /** Addresses that no other case uses. */
    const fresh = (): string => `contract.${++number}`;

    beforeAll(async () => {
      engine = await startEngine();
    });

    afterEach(async () => {
      for (const { connection } of open.splice(0)) await connection.close();
    });

    afterAll(() => engine?.stop());

    it('carries a message to every node that has subscribed, its sender included', async () => {
      const [a, b, c] = [await start(), await start(), await start()];
      const at = fresh();
      await Promise.all([a, b].map(({ connection }) => connection.subscribe([at])));
      await c.connection.subscribe([`${at}.other`]);
      a.say(at, 'hello');
      a.say(`${at}.other`, 'for c');
      expect([await a.next(), await b.next(), await c.next()]).toEqual(['hello', 'hello', 'for c']);
    });

    it('carries any octets, and many of them', async () => {
      const [a, b] = [await start(), await start()];
      const at = fresh();
      await b.connection.subscribe([at]);
      const text = Array.from({ length: 300_000 }, (_, index) => String.fromCharCode(index % 256)).join('');
      a.say(at, text);
      a.say(at, '');
      expect((await b.next()) === text).toBe(true);
      expect(await b.next()).toBe('');
    });

    it('keeps the order of a node over all its addresses', async () => {
      const [a, b] = [await start(), await start()];
      const [at, too] = [fresh(), fresh()];
      await b.connection.subscribe([at, too]);
      const sent = Array.from({ length: 2000 }, (_, index) => String(index));
      for (const text of sent) a.say(Number(text) % 3 === 0 ? at : too, text);
      const got: string[] = [];
      while (got.length < sent.length) got.push(await b.next());
      expect(got).toEqual(sent);
    });

    it('delivers at least what * and > ask for', async () => {
      const [a, b] = [await start(), await start()];
      const at = fresh();
      await b.connection.subscribe([`${at}.*.x`, `${at}.deep.>`]);
      await b.connection.subscribe([`${at}.end`]);
      a.say(`${at}.one.x`, 'word');
      a.say(`${at}.deep.1.2.3`, 'rest');
      a.say(`${at}.end`, 'end');
      const got = new Set<string>();
      for (let text = await b.next(); text !== 'end'; text = await b.next()) got.add(text);
      expect([...got]).toEqual(['word', 'rest']);
    });

    it('delivers all that is published once a subscription stands', async () => {
      const [a, b] = [await start(), await start()];
      for (let round = 0; round < 50; round++) {
        const at = fresh();
        await b.connection.subscribe([at]);
        a.say(at, at);
        expect(await b.next()).toBe(at);
      }
    });

    it('delivers nothing more of what is no longer subscribed', async () => {
      const [a, b] = [await start(), await start()];
      const [at, kept] = [fresh(), fresh()];
      await b.connection.subscribe([at, kept]);
      await b.connection.unsubscribe([at]);
      a.say(at, 'too late');
      await a.connection.flush();
      expect(await b.untilOwn(kept)).toEqual([]);
      await b.connection.subscribe([at]);
      a.say(at, 'again');
      expect(await b.next()).toBe('again');
    });

    it('has taken all that was published when it is flushed, and holds nothing', async () => {
      const [a, b] = [await start(), await start()];
      const at = fresh();
      await b.connection.subscribe([at]);
      for (let index = 0; index < 100; index++) a.say(at, 'x'.repeat(10_000));
      await a.connection.flush();
      expect(a.connection.pendingBytes).toBe(0);
      for (let index = 0; index < 100; index++) await b.next();
    });

    it('takes many subscriptions at once', async () => {
      const [a, b] = [await start(), await start()];
      const at = fresh();
      const addresses = Array.from({ length: 5000 }, (_, index) => `${at}.${index}`);
      await b.connection.subscribe(addresses);
      a.say(`${at}.4999`, 'last');
      a.say(`${at}.0`, 'first');
      expect([await b.next(), await b.next()]).toEqual(['last', 'first']);
      await b.connection.unsubscribe(addresses);
    });

    it('bears the longest address', async () => {
      const [a, b] = [await start(), await start()];
      const at = `${fresh()}.`.padEnd(512, 'w=2F');
      await b.connection.subscribe([at]);
      a.say(at, 'long');
      expect(await b.next()).toBe('long');
    });

    it('tells nobody of a loss when it is closed, and publishes what was published before', async () => {
      const [a, b] = [await start(), await start()];
      const at = fresh();
      await b.connection.subscribe([at]);
      a.say(at, 'goodbye');
      await a.connection.close();
      open.splice(open.indexOf(a), 1);
      expect(await b.next()).toBe('goodbye');
      expect(a.losses).toEqual([]);
    });
  });
}
