import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  ClusterAvailabilityEvent,
  ClusterBusError,
  ClusterNodeEvent,
  SimpUserRegistry,
  SimpleBrokerCluster,
  StompEvents,
  StompStats,
} from 'nestjs-stomp';
import { NatsClusterBus } from 'nestjs-stomp/nats';
import type { Engine } from '../../support/cluster-bus-contract.js';
import { ClusterNodeProcess } from '../../support/cluster-node-process.js';
import { subscribes } from '../../support/cluster-contract.js';
import { connectAs, startNode, untilTogether } from '../../support/cluster-node.js';
import { bodyOf } from '../../support/exchange.js';
import { ipc } from '../../support/local-engines.js';
import { NumberedTraffic, type TrafficCounts } from '../../support/numbered-traffic.js';
import { terminateRawClients } from '../../support/raw-client.js';
import { closeTestApps, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';
import { nats, redis, type FaultyEngine } from '../support/engines.js';
import { FaultTable } from '../support/fault-table.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const table = new FaultTable();

const clusterOf = ({ app }: TestApp): SimpleBrokerCluster => app.get(SimpleBrokerCluster);
const untilAvailable = (...nodes: readonly TestApp[]): Promise<void> =>
  until('the cluster is available', () => nodes.every((node) => clusterOf(node).isAvailable));
const untilAway = (...nodes: readonly TestApp[]): Promise<void> =>
  until('the loss is noticed', () => nodes.every((node) => !clusterOf(node).isAvailable));

/** Whatever happens: clients of the sender's own node get everything, and nobody gets anything twice or in another order. */
function expectPromises({ sent, here, doubled, disordered }: TrafficCounts): void {
  expect({ here, doubled, disordered }).toEqual({ here: sent, doubled: 0, disordered: 0 });
}

function describeFaults(
  name: string,
  start: (config?: readonly string[]) => Promise<FaultyEngine>,
  full: { readonly config: readonly string[]; readonly what: string; fill(port: number): Promise<void> },
): void {
  describe(`a cluster over ${name}, when`, () => {
    let engine: FaultyEngine;
    let one: TestApp;
    let two: TestApp;
    let events: ClusterAvailabilityEvent[];
    const proxies: TcpProxy[] = [];
    let number = 0;

    const begin = async (config: readonly string[] = []): Promise<void> => {
      engine = await start(config);
      one = await startNode({ bus: engine.bus(), nodeName: 'one' });
      two = await startNode({ bus: engine.bus(), nodeName: 'two' });
      await untilTogether([one, two]);
      events = [];
      one.app
        .get(StompEvents)
        .of(ClusterAvailabilityEvent)
        .subscribe((event) => events.push(event));
    };
    const traffic = (): Promise<NumberedTraffic> =>
      NumberedTraffic.start(one, two, `/topic/faults-${++number}`);
    /** After a fault: what is sent now arrives. */
    const expectHealed = async (): Promise<void> => {
      await untilAvailable(one, two);
      const after = await traffic();
      await after.goesOn(50);
      const { sent, there } = await after.stop();
      expect(there).toBe(sent);
    };

    beforeEach(() => {
      events = [];
    });

    afterEach(async () => {
      terminateRawClients();
      await closeTestApps();
      await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
      await engine.stop();
    });

    it('the engine is killed and comes back: what is sent meanwhile stays here, and it heals', async () => {
      await begin();
      const flow = await traffic();
      await flow.arrives();
      await engine.server.kill();
      await untilAway(one, two);
      // Longer than what is kept for it.
      await flow.goesOn(800);
      await engine.server.up();
      await flow.arrives();
      const counts = await flow.stop();
      table.add(name, 'killed, back after about 4 s', counts);
      expectPromises(counts);
      expect(counts.lost).toBeGreaterThan(0);
      await untilAvailable(one);
      expect(events.map(({ isClusterAvailable }) => isClusterAvailable)).toEqual([false, true]);
      const [, back] = events;
      expect(back?.awayMs).toBeGreaterThan(0);
      // All that is lost is counted but what was on its way to the engine when that died.
      expect(back?.dropped).toBeGreaterThan(0);
      expect(back?.dropped).toBeLessThanOrEqual(counts.lost);
      await expectHealed();
    });

    it('the engine is restarted at once: what is sent meanwhile is kept, and arrives', async () => {
      await begin();
      const flow = await traffic();
      await flow.arrives();
      await engine.server.kill();
      await engine.server.up();
      await flow.arrives();
      const counts = await flow.stop();
      table.add(name, 'killed, back at once', counts);
      expectPromises(counts);
      await expectHealed();
    });

    it('the engine stands still: that is noticed by what does not come back, and it heals', async () => {
      await begin();
      const flow = await traffic();
      await flow.arrives();
      engine.server.freeze();
      await untilAway(one, two);
      await flow.goesOn(200);
      engine.server.thaw();
      await flow.arrives();
      const counts = await flow.stop();
      table.add(name, 'frozen, thawed when noticed', counts);
      expectPromises(counts);
      expect(clusterOf(one).nodes.map(({ name }) => name)).toEqual(['two']);
      await expectHealed();
    });

    it('only one node’s way to it is stalled: the others go on, and it comes back', async () => {
      await begin();
      const proxy = await TcpProxy.to(engine.server.port);
      proxies.push(proxy);
      const three = await startNode({ bus: engine.busAt(proxy.port), nodeName: 'three' });
      await untilTogether([one, two, three]);
      const flow = await traffic();
      await flow.arrives();
      proxy.stall();
      await untilAway(three);
      expect([one, two].every((node) => clusterOf(node).isAvailable)).toBe(true);
      proxy.flow();
      await untilAvailable(three);
      await untilTogether([one, two, three]);
      const counts = await flow.stop();
      table.add(name, 'one other node stalled by a proxy', counts);
      expectPromises(counts);
      expect(counts.lost).toBe(0);
      const ann = await connectAs(three, 'ann');
      await subscribes(ann, 's', '/topic/back');
      (await connectAs(one, 'joe')).send('SEND\ndestination:/topic/back\n\nhello\0');
      expect(bodyOf(await ann.next())).toBe('hello');
    });

    it('its connections are reset: nothing is doubled, and it heals', async () => {
      engine = await start();
      const proxy = await TcpProxy.to(engine.server.port);
      proxies.push(proxy);
      one = await startNode({ bus: engine.busAt(proxy.port), nodeName: 'one' });
      two = await startNode({ bus: engine.busAt(proxy.port), nodeName: 'two' });
      await untilTogether([one, two]);
      const flow = await traffic();
      for (let round = 0; round < 3; round++) {
        await flow.arrives();
        proxy.reset();
        await flow.goesOn(20);
      }
      await flow.arrives();
      const counts = await flow.stop();
      table.add(name, 'all connections reset, three times', counts);
      expectPromises(counts);
      await expectHealed();
    });

    it('the login is refused after a restart: that is said, clients stay, and it heals when the password is right again', async () => {
      await begin();
      const flow = await traffic();
      await flow.arrives();
      await engine.server.kill();
      engine.server.configure(engine.locked);
      await engine.server.up();
      await until('the refusal is known', () =>
        /does not let this node in/.test(clusterOf(one).unavailableReason ?? ''),
      );
      await flow.goesOn(50);
      await engine.server.kill();
      engine.server.configure([]);
      await engine.server.up();
      await flow.arrives();
      const counts = await flow.stop();
      table.add(name, 'login refused, then right again', counts);
      expectPromises(counts);
      await expectHealed();
    });

    it(`it is full (${full.what}): those who are in go on`, async () => {
      await begin(full.config);
      const flow = await traffic();
      await flow.arrives();
      await full.fill(engine.server.port);
      await flow.goesOn(100);
      const counts = await flow.stop();
      table.add(name, `full: ${full.what}`, counts);
      expectPromises(counts);
      expect(counts.lost).toBe(0);
      expect(events).toEqual([]);
    });

    it('a node is killed: its users vanish, and the others go on', async () => {
      await begin();
      const other = await ClusterNodeProcess.start(name, engine.server.port);
      await untilTogetherWith(3);
      const heard: string[] = [];
      one.app
        .get(StompEvents)
        .of(ClusterNodeEvent)
        .subscribe(({ nodeName, change }) => heard.push(`${nodeName} ${change}`));
      await connectAs(other, 'casper');
      const registry = one.app.get(SimpUserRegistry);
      await until('its user is known', () => registry.getUser('casper') !== undefined);
      const flow = await traffic();
      await flow.arrives();
      await other.kill();
      await until('its user has vanished', () => registry.getUser('casper') === undefined);
      const counts = await flow.stop();
      table.add(name, 'another node killed', counts);
      expectPromises(counts);
      expect(counts.lost).toBe(0);
      expect(heard).toEqual(['process lost']);
      expect(one.app.get(StompStats).snapshot().cluster?.nodes).toBe(1);
    });

    it('a node’s process stands still for longer than a dead one may be silent: it is one of them again', async () => {
      await begin();
      const other = await ClusterNodeProcess.start(name, engine.server.port);
      await untilTogetherWith(3);
      await connectAs(other, 'rip');
      const registry = one.app.get(SimpUserRegistry);
      await until('its user is known', () => registry.getUser('rip') !== undefined);
      other.freeze();
      await until('it counts as dead', () => registry.getUser('rip') === undefined);
      const flow = await traffic();
      await flow.goesOn(50);
      other.thaw();
      await until('its user is known again', () => registry.getUser('rip') !== undefined);
      const counts = await flow.stop();
      table.add(name, 'another node frozen, thawed when it counts as dead', counts);
      expectPromises(counts);
      expect(counts.lost).toBe(0);
      await other.kill();
    });

    const untilTogetherWith = (count: number): Promise<void> =>
      until('all nodes know each other', () =>
        [one, two].every((node) => clusterOf(node).nodes.length === count - 1),
      );
  });
}

describeFaults('Redis', redis, {
  what: 'no memory left (maxmemory)',
  config: ['maxmemory 1500kb', 'maxmemory-policy noeviction'],
  fill: async (port) => {
    const { createClient } = await import('redis');
    const client = createClient({ url: `redis://127.0.0.1:${port}` });
    await client.connect();
    const fill = async (): Promise<void> => {
      for (let key = 0; key < 10_000; key++) await client.set(`key${key}`, 'x'.repeat(10_000));
    };
    await expect(fill()).rejects.toThrow(/OOM/);
    await client.close();
  },
});

describeFaults('NATS', nats, {
  what: 'no connection more (max_connections)',
  config: ['max_connections: 2'],
  fill: async (port) => {
    const connecting = new NatsClusterBus({ servers: `127.0.0.1:${port}` }).connect({
      message: () => undefined,
      lost: () => undefined,
    });
    await expect(connecting).rejects.toThrow(ClusterBusError);
  },
});

describe('a cluster over sockets of the machine, when', () => {
  let engine: Engine & { readonly path: string };
  let hub: ClusterNodeProcess;
  let one: TestApp;
  let two: TestApp;

  beforeEach(async () => {
    engine = await ipc();
    // Who comes first holds the hub.
    hub = await ClusterNodeProcess.start('IPC', engine.path);
    one = await startNode({ bus: engine.bus(), nodeName: 'one' });
    two = await startNode({ bus: engine.bus(), nodeName: 'two' });
    await until('all know each other', () => [one, two].every((node) => clusterOf(node).nodes.length === 2));
  });

  afterEach(async () => {
    terminateRawClients();
    await closeTestApps();
    await engine.stop();
  });

  it('the process that holds the hub is killed: another one holds it', async () => {
    const flow = await NumberedTraffic.start(one, two, '/topic/faults-hub');
    await flow.arrives();
    await hub.kill();
    await flow.goesOn(50);
    await flow.arrives();
    const counts = await flow.stop();
    table.add('IPC', 'the process with the hub killed', counts);
    expectPromises(counts);
    await untilTogether([one, two]);
  });

  it('the process that holds the hub stands still: that is noticed, and it heals when that goes on', async () => {
    const flow = await NumberedTraffic.start(one, two, '/topic/faults-hub');
    await flow.arrives();
    hub.freeze();
    await untilAway(one, two);
    await flow.goesOn(50);
    hub.thaw();
    await flow.arrives();
    const counts = await flow.stop();
    table.add('IPC', 'the process with the hub frozen, thawed when noticed', counts);
    expectPromises(counts);
    await hub.kill();
  });
});

afterAll(() => table.print());
