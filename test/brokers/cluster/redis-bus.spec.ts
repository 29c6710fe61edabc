import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { RedisClusterBus } from 'nestjs-stomp/redis';
import { describeClusterBusContract } from '../../support/cluster-bus-contract.js';
import { BusListener, refusal } from '../support/bus-listener.js';
import { describeClusterBusFaults } from '../support/cluster-bus-faults.js';
import { freePorts } from '../support/free-ports.js';
import { RedisServer } from '../support/redis-server.js';
import { until } from '../../support/until.js';

const CREDENTIALS =
  'Correct user and password in the option url of RedisClusterBus (redis://user:password@host:6379) or in its option client.';
const urlOf = ({ port }: RedisServer): string => `redis://127.0.0.1:${port}`;

describeClusterBusContract('Redis', async () => {
  const server = await RedisServer.start();
  return { bus: () => new RedisClusterBus({ url: urlOf(server) }), stop: () => server.stop() };
});

describeClusterBusContract('Redis, spoken to in its older protocol', async () => {
  const server = await RedisServer.start();
  return {
    bus: () => new RedisClusterBus({ url: urlOf(server), client: { RESP: 2 } }),
    stop: () => server.stop(),
  };
});

describeClusterBusFaults('Redis', async () => {
  const server = await RedisServer.start();
  return Object.assign(server, { bus: () => new RedisClusterBus({ url: urlOf(server) }) });
});

describe('a cluster bus over Redis', () => {
  const servers: RedisServer[] = [];
  const start = async (config: readonly string[] = []): Promise<RedisServer> => {
    const server = await RedisServer.start({ config });
    servers.push(server);
    return server;
  };

  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
  });

  it('says that nothing is at the address', async () => {
    const [port] = await freePorts(1);
    const bus = new RedisClusterBus({ url: `redis://somebody:secret@127.0.0.1:${port}` });
    expect(await refusal(bus.connect(new BusListener()))).toBe(
      `STOMP_CLUSTER_UNREACHABLE: Redis at 127.0.0.1:${port} cannot be reached: connect ECONNREFUSED 127.0.0.1:${port}. ` +
        'Start it there, or correct the option url of RedisClusterBus.',
    );
  });

  it('does not wait for ever for a server that is frozen', async () => {
    const server = await start();
    server.freeze();
    expect(await refusal(new RedisClusterBus({ url: urlOf(server) }).connect(new BusListener()))).toBe(
      `STOMP_CLUSTER_UNREACHABLE: Redis at 127.0.0.1:${server.port} cannot be reached: it has not answered for 5000 ms. ` +
        'Start it there, or correct the option url of RedisClusterBus.',
    );
  });

  it.each([3, 2] as const)('says that the password is wrong (RESP %d)', async (RESP) => {
    const { port } = await start(['requirepass right']);
    const listener = new BusListener();
    const bus = new RedisClusterBus({ url: `redis://:wrong@127.0.0.1:${port}`, client: { RESP } });
    expect(await refusal(bus.connect(listener))).toBe(
      `STOMP_CLUSTER_REFUSED: Redis at 127.0.0.1:${port} does not let this node in: ` +
        `WRONGPASS invalid username-password pair or user is disabled. ${CREDENTIALS}`,
    );
    expect(listener.losses).toEqual([]);
  });

  it.each([3, 2] as const)('says that there is no password (RESP %d)', async (RESP) => {
    const { port } = await start(['requirepass right']);
    const bus = new RedisClusterBus({ url: `redis://127.0.0.1:${port}`, client: { RESP } });
    expect(await refusal(bus.connect(new BusListener()))).toBe(
      `STOMP_CLUSTER_REFUSED: Redis at 127.0.0.1:${port} does not let this node in: NOAUTH Authentication required. ${CREDENTIALS}`,
    );
  });

  it('says what else a server answers, and asks for no rights that are not missing', async () => {
    // A node has two connections.
    const { port } = await start(['maxclients 1']);
    const bus = new RedisClusterBus({ url: `redis://127.0.0.1:${port}` });
    expect(await refusal(bus.connect(new BusListener()))).toBe(
      `STOMP_CLUSTER_REFUSED: Redis at 127.0.0.1:${port} does not let this node in: ` +
        'ERR max number of clients reached. Its configuration or its state is the reason, not ours.',
    );
  });

  it('says that the package is missing', async () => {
    const bus = new RedisClusterBus({}, () => Promise.reject(new Error("Cannot find package 'redis'")));
    expect(await refusal(bus.connect(new BusListener()))).toBe(
      'STOMP_CLUSTER_MISSING_PEER: RedisClusterBus needs the package redis, which cannot be loaded. ' +
        'Install it: npm install redis',
    );
  });

  it('works with the rights that it asks for, and says which are missing', async () => {
    const rights = '+hello +publish +subscribe +unsubscribe +psubscribe +punsubscribe';
    const server = await start([`user node on >secret resetchannels &app.* -@all ${rights}`]);
    const bus = new RedisClusterBus({ url: `redis://node:secret@127.0.0.1:${server.port}` });
    const where = `Redis at 127.0.0.1:${server.port}`;
    const no = 'NOPERM this user has no permissions to access one of the channels used as arguments.';

    const listener = new BusListener();
    const connection = await bus.connect(listener);
    await connection.subscribe(['app.d.one', 'app.>']);
    connection.publish('app.d.one', Buffer.from('may'));
    await connection.flush();
    await connection.close();

    const published = new BusListener();
    const publisher = await bus.connect(published);
    publisher.publish('other.d', Buffer.from('may not'));
    const publishing = `STOMP_CLUSTER_REFUSED: ${where} refuses PUBLISH other.d: ${no} Its user needs the rules &other.* ${rights} (ACL SETUSER).`;
    expect(await refusal(publisher.flush())).toBe(publishing);
    expect(published.losses.map(({ message }) => `STOMP_CLUSTER_REFUSED: ${message}`)).toEqual([publishing]);

    const subscribed = new BusListener();
    const subscribing = `${where} refuses SUBSCRIBE other.d: ${no} Its user needs the rules &other.* ${rights} (ACL SETUSER).`;
    expect(await refusal((await bus.connect(subscribed)).subscribe(['other.d']))).toBe(
      `STOMP_CLUSTER_REFUSED: ${subscribing}`,
    );
    expect(subscribed.losses.map(({ message }) => message)).toEqual([subscribing]);

    expect(await refusal((await bus.connect(new BusListener())).subscribe(['other.*.x']))).toBe(
      `STOMP_CLUSTER_REFUSED: ${where} refuses PSUBSCRIBE other.?*.x: ${no} Its user needs the rules &other.* ${rights} (ACL SETUSER).`,
    );
  });

  it.each([3, 2] as const)(
    'hears every pattern with the right to one namespace only (RESP %d)',
    async (RESP) => {
      const rights = '-@all +hello +publish +subscribe +unsubscribe +psubscribe +punsubscribe';
      const { port } = await start([`user node on >secret resetchannels &app.* ${rights}`]);
      const bus = new RedisClusterBus({ url: `redis://node:secret@127.0.0.1:${port}`, client: { RESP } });
      const listener = new BusListener();
      const connection = await bus.connect(listener);
      let marks = 0;
      const heardOf = async (text: string): Promise<readonly string[]> => {
        const [before, mark] = [listener.texts.length, `app.mark.${++marks}`];
        await connection.subscribe([mark]);
        connection.publish('app.d.one', Buffer.from(text));
        connection.publish(mark, Buffer.from(mark));
        await until('the mark arrives', () => listener.texts.includes(mark));
        return listener.texts.slice(before).filter((heard) => heard !== mark);
      };

      // Redis grants a pattern only to a rule of the same text.
      await connection.subscribe(['app.d.*', 'app.d.>']);
      expect(await heardOf('for two')).toEqual(['for two']);
      await connection.subscribe(['app.>']);
      await connection.unsubscribe(['app.d.*']);
      expect(await heardOf('for the others')).toEqual(['for the others']);
      await connection.unsubscribe(['app.d.>', 'app.>']);
      expect(await heardOf('for nobody')).toEqual([]);
      await connection.subscribe(['app.*.one']);
      expect(await heardOf('for another')).toEqual(['for another']);
      expect(listener.losses).toEqual([]);
      await connection.close();
    },
  );

  it('is lost when Redis cuts a subscriber that reads too slowly', async () => {
    const server = await start(['client-output-buffer-limit pubsub 64kb 0 0']);
    const bus = new RedisClusterBus({ url: urlOf(server) });
    const [slow, fast] = [new BusListener(), new BusListener()];
    const [reader, writer] = [await bus.connect(slow), await bus.connect(fast)];
    await reader.subscribe(['app.flood']);
    writer.publish('app.flood', Buffer.alloc(8 * 1024 * 1024));
    await until('the slow one is cut', () => slow.losses.length > 0);
    expect(slow.losses.map(({ message }) => message)).toEqual([
      expect.stringMatching(`^The connection to Redis at 127.0.0.1:${server.port} is lost: `),
    ]);
    expect(fast.losses).toEqual([]);
    await writer.close();
    await reader.close();
  });

  it('carries the largest message that it says it carries, with the limits that Redis has by default', async () => {
    const server = await start();
    const listener = new BusListener();
    const connection = await new RedisClusterBus({ url: urlOf(server) }).connect(listener);
    await connection.subscribe(['app.large']);
    connection.publish('app.large', Buffer.alloc(connection.maxMessageBytes));
    await connection.flush();
    await until('it arrives', () => listener.texts.length + listener.losses.length > 0);
    expect(listener.losses).toEqual([]);
    await connection.close();
  });

  it('ends one pattern and not another that looks alike in Redis', async () => {
    const server = await start();
    const listener = new BusListener();
    const connection = await new RedisClusterBus({ url: urlOf(server) }).connect(listener);
    await connection.subscribe(['app.*', 'app.>']);
    await connection.unsubscribe(['app.*']);
    connection.publish('app.one', Buffer.from('still'));
    await until('it arrives', () => listener.texts.length > 0);
    await connection.unsubscribe(['app.>']);
    connection.publish('app.one', Buffer.from('no more'));
    await connection.subscribe(['end']);
    connection.publish('end', Buffer.from('end'));
    await until('the end arrives', () => listener.texts.includes('end'));
    expect(listener.texts).toEqual(['still', 'end']);
    await connection.close();
  });

  it('shows its password nowhere', async () => {
    const { port } = await start(['requirepass right']);
    for (const bus of [
      new RedisClusterBus({ url: `redis://:secret@127.0.0.1:${port}` }),
      new RedisClusterBus({ client: { password: 'secret', socket: { host: '127.0.0.1', port } } }),
    ]) {
      const failure: unknown = await bus.connect(new BusListener()).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'STOMP_CLUSTER_REFUSED' });
      expect(bus.name).toBe(`Redis at 127.0.0.1:${port}`);
      expect(inspect([bus, failure], { depth: 9, showHidden: true })).not.toContain('secret');
    }
    for (const make of [
      () => new RedisClusterBus({ url: 'redis//:secret@host' }),
      () =>
        new RedisClusterBus({ url: 'redis://:secret@host', client: { socket: { tls: true, host: 'host' } } }),
    ]) {
      let failure: unknown;
      try {
        make();
      } catch (error) {
        failure = error;
      }
      expect(failure).toBeInstanceOf(TypeError);
      expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain('secret');
    }
  });
});
