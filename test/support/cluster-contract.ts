import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ClusterNodeEvent,
  SimpMessagingTemplate,
  SimpUserRegistry,
  SimpleBrokerCluster,
  StompEvents,
  type ChannelInterceptor,
  type StompModuleOptions,
} from 'nestjs-stomp';
import type { Engine } from './cluster-bus-contract.js';
import { connectAs, startNode, untilTogether } from './cluster-node.js';
import { bodyOf, headerOf } from './exchange.js';
import { RawClient, terminateRawClients } from './raw-client.js';
import type { TestApp } from './test-app.js';
import { until } from './until.js';

/** Whatever else comes first, RECEIPT or MESSAGE, is an error. */
export async function confirms(client: RawClient, frame: string, receipt: string): Promise<void> {
  client.send(frame);
  expect(await client.next()).toBe(`RECEIPT\nreceipt-id:${receipt}\n\n\0`);
}

export const subscribes = (client: RawClient, id: string, destination: string): Promise<void> =>
  confirms(client, `SUBSCRIBE\nid:${id}\ndestination:${destination}\nreceipt:${id}\n\n\0`, id);

export const sends = (client: RawClient, destination: string, body: string): Promise<void> =>
  confirms(client, `SEND\ndestination:${destination}\nreceipt:${body}\n\n${body}\0`, body);

/** What several nodes promise together, whatever carries their messages. */
export function describeClusterContract(name: string, startEngine: () => Promise<Engine>): void {
  describe(`the contract of a cluster: ${name}`, () => {
    let engine: Engine;
    let one: TestApp;
    let two: TestApp;
    let number = 0;
    /** What interceptors of each node have seen. */
    const seen: string[] = [];

    const watching = (node: string): Partial<StompModuleOptions> => {
      const watch = (channel: string): ChannelInterceptor => ({
        preSend: (message) => {
          const { simpMessageType, simpDestination = '' } = message.headers;
          if (simpMessageType === 'MESSAGE' && simpDestination.includes('watched'))
            seen.push(`${node} ${channel}`);
          return simpDestination.includes('vetoed') && node === 'two' ? null : message;
        },
      });
      return { interceptors: { broker: [watch('broker')], clientOutbound: [watch('outbound')] } };
    };

    beforeAll(async () => {
      engine = await startEngine();
      one = await startNode({ bus: engine.bus() }, watching('one'));
      two = await startNode({ bus: engine.bus() }, watching('two'));
      await untilTogether([one, two]);
    });

    afterEach(() => terminateRawClients());

    afterAll(async () => {
      await Promise.all([one, two].map((node) => node?.app.close()));
      await engine?.stop();
    });

    const fresh = (): string => `/topic/cluster-${++number}`;

    it('a pattern hears what it matches on the other node, and each subscription once', async () => {
      const topic = fresh();
      const ann = await connectAs(two, 'ann');
      await subscribes(ann, 'all', `${topic}/**`);
      await subscribes(ann, 'one', `${topic}/*`);
      await subscribes(ann, 'part', `${topic}/a?`);
      await subscribes(ann, 'exact', `${topic}/ab`);
      const joe = await connectAs(one, 'joe');
      await sends(joe, `${topic}/ab`, '1');
      await sends(joe, `${topic}/x/y`, '2');
      await sends(joe, topic, '3');
      await sends(joe, `${topic}-other`, '4');
      await sends(joe, `${topic}/x`, '5');
      const got: string[] = [];
      while (got.length < 8) {
        const message = await ann.next();
        got.push(`${headerOf(message, 'subscription')} ${bodyOf(message)}`);
      }
      expect(got.sort()).toEqual(['all 1', 'all 2', 'all 3', 'all 5', 'exact 1', 'one 1', 'one 5', 'part 1']);
      expect(await ann.sync()).toEqual([]);
    });

    it('the RECEIPT of a SUBSCRIBE says that the other node is heard', async () => {
      const ann = await connectAs(two, 'ann');
      const joe = await connectAs(one, 'joe');
      for (let round = 0; round < 100; round++) {
        const topic = fresh();
        await subscribes(ann, `s${round}`, topic);
        joe.send(`SEND\ndestination:${topic}\n\n${topic}\0`);
        expect(bodyOf(await ann.next())).toBe(topic);
      }
    });

    it('who unsubscribes and subscribes again at once hears everything once', async () => {
      const topic = fresh();
      const ann = await connectAs(two, 'ann');
      const joe = await connectAs(one, 'joe');
      for (let round = 0; round < 50; round++) {
        await subscribes(ann, 's', topic);
        await sends(joe, topic, `r${round}`);
        expect(bodyOf(await ann.next())).toBe(`r${round}`);
        await confirms(ann, 'UNSUBSCRIBE\nid:s\nreceipt:u\n\n\0', 'u');
      }
    });

    it('keeps the order of one sender over several destinations', async () => {
      const [a, b] = [fresh(), fresh()];
      const ann = await connectAs(two, 'ann');
      await subscribes(ann, 'a', a);
      await subscribes(ann, 'b', b);
      const joe = await connectAs(one, 'joe');
      const frames = Array.from({ length: 1000 }, (_, n) => `SEND\ndestination:${n % 2 ? a : b}\n\n${n}\0`);
      joe.send(frames.join(''));
      const got: Record<string, number[]> = { a: [], b: [] };
      for (let count = 0; count < frames.length; count++) {
        const message = await ann.next();
        got[headerOf(message, 'subscription') ?? '']?.push(Number(bodyOf(message)));
      }
      const numbers = Array.from({ length: 500 }, (_, n) => 2 * n);
      expect(got).toEqual({ a: numbers.map((n) => n + 1), b: numbers });
    });

    it('a user hears what is for him on every node, once each', async () => {
      const clients = [await connectAs(one, 'bob'), await connectAs(two, 'bob'), await connectAs(two, 'eve')];
      const [here, there, eve] = clients as [RawClient, RawClient, RawClient];
      for (const client of clients) await subscribes(client, 'u', '/user/queue/answers');
      here.send('SEND\ndestination:/app/me\n\nwhy\0');
      for (const client of [here, there]) {
        const message = await client.next();
        expect(headerOf(message, 'destination')).toBe('/user/queue/answers');
        expect(headerOf(message, 'subscription')).toBe('u');
        expect(bodyOf(message)).toBe('You asked: why');
      }
      there.send('SEND\ndestination:/app/here\n\nwho\0');
      expect(bodyOf(await there.next())).toBe('Here: who');
      eve.send('SEND\ndestination:/user/bob/queue/answers\n\nfrom eve\0');
      for (const client of [here, there]) expect(bodyOf(await client.next())).toBe('from eve');
      for (const client of clients) expect(await client.sync()).toEqual([]);
    });

    it('the application reaches a user, or one session, that is on the other node only', async () => {
      const bob = await connectAs(two, 'b/o b%');
      const too = await connectAs(two, 'b/o b%');
      for (const client of [bob, too]) await subscribes(client, 'u', '/user/queue/answers');
      const registry = one.app.get(SimpUserRegistry);
      await until('the registry has heard of both', () => registry.getUser('b/o b%')?.sessions.length === 2);
      const template = one.app.get(SimpMessagingTemplate);
      expect(await template.convertAndSendToUser('b/o b%', '/queue/answers', 'both')).toBe('handled');
      expect([bodyOf(await bob.next()), bodyOf(await too.next())]).toEqual(['both', 'both']);
      const [first] = registry.getUser('b/o b%')?.sessions ?? [];
      await template.convertAndSendToUser('b/o b%', '/queue/answers', 'one', {}, { sessionId: first?.id });
      await template.convertAndSendToUser('b/o b%', '/queue/answers', 'last');
      const got = [[bodyOf(await bob.next())], [bodyOf(await too.next())]];
      for (const [index, client] of [bob, too].entries())
        if (got[index]?.[0] === 'one') got[index]?.push(bodyOf(await client.next()));
      expect(got.sort((a, b) => a.length - b.length)).toEqual([['last'], ['one', 'last']]);
      expect(await template.convertAndSendToUser('nobody', '/queue/answers', 'x')).toBe('unhandled');
      // Nest has one logger a process: that of the node which started last.
      expect(two.logger.textsOf('debug')).toContain(
        'MESSAGE to "/user/nobody/queue/answers" reached nobody on this node: the user is not connected',
      );
    });

    it('an anonymous session is reached by its id from the other node', async () => {
      const client = await RawClient.connect(two.url);
      await subscribes(client, 'u', '/user/queue/answers');
      const registry = one.app.get(SimpUserRegistry);
      await until('the registry has heard of it', () => registry.anonymousSessions.length === 1);
      const [{ id } = { id: '' }] = registry.anonymousSessions;
      const template = one.app.get(SimpMessagingTemplate);
      await template.convertAndSendToUser(id, '/queue/answers', 'you', {}, { sessionId: id });
      expect(bodyOf(await client.next())).toBe('you');
    });

    it('nobody hears what is for a user of the other node, however it is called there', async () => {
      const bob = await connectAs(two, 'bob');
      await subscribes(bob, 'u', '/user/queue/secrets');
      const spies = [await connectAs(one, 'spy'), await connectAs(two, 'spy')];
      for (const spy of spies) {
        await subscribes(spy, 'x', '/queue/secrets');
        await subscribes(spy, 'y', '/queue/**');
        spy.send('SUBSCRIBE\nid:z\ndestination:/user/bob/queue/secrets\n\n\0');
      }
      await one.app.get(SimpMessagingTemplate).convertAndSendToUser('bob', '/queue/secrets', 'secret');
      expect(bodyOf(await bob.next())).toBe('secret');
      for (const spy of spies) expect(await spy.sync()).toEqual([]);
    });

    it('interceptors of brokerChannel see a message where it is sent, those of clientOutboundChannel where it arrives', async () => {
      const ann = await connectAs(two, 'ann');
      await subscribes(ann, 's', '/topic/watched');
      await subscribes(ann, 'v', '/topic/vetoed');
      await subscribes(ann, 'e', '/topic/end');
      const template = one.app.get(SimpMessagingTemplate);
      for (const topic of ['watched', 'vetoed', 'end'])
        await template.convertAndSend(`/topic/${topic}`, topic);
      expect([bodyOf(await ann.next()), bodyOf(await ann.next())]).toEqual(['watched', 'end']);
      expect(seen.sort()).toEqual(['one broker', 'two outbound']);
    });

    it('the user registry shows the users of both nodes, and one on both as one', async () => {
      const registry = one.app.get(SimpUserRegistry);
      await until('those of the cases before are gone', () => registry.sessionCount === 0);
      const here = await connectAs(one, 'both');
      const there = await connectAs(two, 'both');
      const other = await connectAs(two, 'other');
      await subscribes(other, 's', '/topic/registered');
      await until('node one has heard', () => registry.findSubscriptions(() => true).length === 1);
      expect(registry.userCount).toBe(2);
      expect(registry.sessionCount).toBe(3);
      expect(registry.getUser('both')?.sessions.length).toBe(2);
      const [subscription] = registry.findSubscriptions(
        ({ destination }) => destination === '/topic/registered',
      );
      expect(subscription?.session.user?.name).toBe('other');
      here.send('DISCONNECT\n\n\0');
      await here.closed;
      expect(registry.getUser('both')?.sessions.length).toBe(1);
      there.terminate();
      await until('the last session is gone', () => registry.getUser('both') === undefined);
    });

    it('a user is disconnected wherever he is', async () => {
      const registry = one.app.get(SimpUserRegistry);
      const here = await connectAs(one, 'gone');
      const there = await connectAs(two, 'gone');
      const stays = await connectAs(two, 'stays');
      await until('node one has heard', () => registry.getUser('gone')?.sessions.length === 2);
      expect(registry.disconnectUser('gone', { code: 4001, reason: 'Bye' })).toBe(2);
      for (const client of [here, there]) expect(await client.closed).toEqual({ code: 4001, reason: 'Bye' });
      expect(() => registry.disconnectUser('stays', { code: 1005 })).toThrow(RangeError);
      expect(await stays.sync()).toEqual([]);
      await until('node one has heard', () => registry.getUser('stays') !== undefined);
      const [session] = registry.getUser('stays')?.sessions ?? [];
      expect(registry.disconnectSession(session?.id ?? '')).toBe(true);
      expect((await stays.closed).code).toBe(1008);
    });

    it('a node that stops says so: its users vanish at once, and nothing that it took is lost', async () => {
      const heard: string[] = [];
      one.app
        .get(StompEvents)
        .of(ClusterNodeEvent)
        .subscribe(({ nodeName, change }) => heard.push(`${nodeName} ${change}`));
      const three = await startNode({ bus: engine.bus(), nodeName: 'three' });
      await untilTogether([one, two, three]);
      const topic = fresh();
      const ann = await connectAs(two, 'ann');
      await subscribes(ann, 's', topic);
      const leaver = await connectAs(three, 'leaver');
      const registry = one.app.get(SimpUserRegistry);
      await until('node one has heard', () => registry.getUser('leaver') !== undefined);
      const numbers = Array.from({ length: 200 }, (_, n) => String(n));
      leaver.send(numbers.map((n) => `SEND\ndestination:${topic}\n\n${n}\0`).join(''));
      await leaver.sync();
      await three.app.close();
      const got: string[] = [];
      while (got.length < numbers.length) got.push(bodyOf(await ann.next()));
      expect(got).toEqual(numbers);
      await until('its users are gone', () => registry.getUser('leaver') === undefined);
      expect(one.app.get(SimpleBrokerCluster).nodes.length).toBe(1);
      expect(heard).toEqual(['three joined', 'three left']);
    });

    it('clusters with different namespaces never meet', async () => {
      const stranger = await startNode({ bus: engine.bus(), namespace: 'another' });
      const topic = fresh();
      const ann = await connectAs(stranger, 'ann');
      await subscribes(ann, 's', topic);
      await subscribes(ann, 'p', '/topic/**');
      const joe = await connectAs(one, 'joe');
      await sends(joe, topic, 'x');
      await stranger.app.get(SimpMessagingTemplate).convertAndSend(topic, 'own');
      expect([bodyOf(await ann.next()), bodyOf(await ann.next())]).toEqual(['own', 'own']);
      expect(stranger.app.get(SimpleBrokerCluster).nodes).toEqual([]);
      await stranger.app.close();
    });

    it('a node with other prefixes does not start, and says why', async () => {
      const starts = startNode({ bus: engine.bus(), nodeName: 'odd' }, {}, ['/topic']);
      await expect(starts).rejects.toThrow(
        /of the same cluster has another simpleBroker\.destinationPrefixes: "\/queue, \/topic", and this one "\/topic"\. Give all nodes the same, or this one another simpleBroker\.cluster\.namespace$/,
      );
      expect(one.app.get(SimpleBrokerCluster).nodes.length).toBe(1);
    });

    it('a message that the bus does not carry is refused before anybody gets it', async () => {
      const topic = fresh();
      const limit = 3 * 1024 * 1024;
      const cluster = one.app.get(SimpleBrokerCluster);
      if (cluster.maxMessageBytes > limit) return expect(cluster.maxMessageBytes).toBeGreaterThan(limit);
      const ann = await connectAs(one, 'ann');
      await subscribes(ann, 's', topic);
      const template = one.app.get(SimpMessagingTemplate);
      const sent = (async () => template.convertAndSend(topic, 'x'.repeat(limit)))();
      await expect(sent).rejects.toThrow(
        /^The message has 31\d+ bytes, and at most \d+ can be sent to the other servers\. Send less at once$/,
      );
      expect(await ann.sync()).toEqual([]);
    });
  });
}
