import { createServer, type AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { NatsClusterBus } from 'nestjs-stomp/nats';
import { describeClusterBusContract } from '../../support/cluster-bus-contract.js';
import { BusListener, refusal } from '../support/bus-listener.js';
import { describeClusterBusFaults } from '../support/cluster-bus-faults.js';
import { freePorts } from '../support/free-ports.js';
import { NatsServer } from '../support/nats-server.js';
import { until } from '../../support/until.js';

const serversOf = ({ port }: NatsServer): string => `nats://127.0.0.1:${port}`;

describeClusterBusContract('NATS', async () => {
  const server = await NatsServer.start();
  return { bus: () => new NatsClusterBus({ servers: serversOf(server) }), stop: () => server.stop() };
});

describeClusterBusFaults('NATS', async () => {
  const server = await NatsServer.start();
  return Object.assign(server, { bus: () => new NatsClusterBus({ servers: [serversOf(server)] }) });
});

describe('a cluster bus over NATS', () => {
  const servers: NatsServer[] = [];
  const start = async (config: readonly string[] = []): Promise<NatsServer> => {
    const server = await NatsServer.start({ config });
    servers.push(server);
    return server;
  };

  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
  });

  it('says that nothing is at the address', async () => {
    const [port] = await freePorts(1);
    const bus = new NatsClusterBus({ servers: `nats://127.0.0.1:${port}`, user: 'somebody', pass: 'secret' });
    expect(await refusal(bus.connect(new BusListener()))).toBe(
      `STOMP_CLUSTER_UNREACHABLE: NATS at 127.0.0.1:${port} cannot be reached: connection refused. ` +
        'Start it there, or correct the option servers of NatsClusterBus.',
    );
  });

  it('does not wait for ever for a server that is frozen', async () => {
    const server = await start();
    server.freeze();
    expect(await refusal(new NatsClusterBus({ servers: serversOf(server) }).connect(new BusListener()))).toBe(
      `STOMP_CLUSTER_UNREACHABLE: NATS at 127.0.0.1:${server.port} cannot be reached: timeout. ` +
        'Start it there, or correct the option servers of NatsClusterBus.',
    );
  });

  it('says that the password is wrong, or is not there', async () => {
    const server = await start(['authorization { user: node, password: right }']);
    const listener = new BusListener();
    const reason =
      `STOMP_CLUSTER_REFUSED: NATS at 127.0.0.1:${server.port} does not let this node in: Authorization Violation. ` +
      'Correct the options user and pass, token or authenticator of NatsClusterBus; the client does not read them from an address.';
    for (const who of [{ user: 'node', pass: 'wrong' }, { token: 'wrong' }, {}]) {
      expect(
        await refusal(new NatsClusterBus({ servers: serversOf(server), ...who }).connect(listener)),
      ).toBe(reason);
    }
    expect(listener.losses).toEqual([]);
  });

  it('says what else the server has against it', async () => {
    // NATS itself closes so fast after its word that the client may see only that.
    const server = createServer((socket) => {
      socket.write('INFO {"max_payload":1048576,"version":"2.9.10","proto":1}\r\n');
      socket.once('data', () => socket.write("-ERR 'maximum connections exceeded'\r\n", () => socket.end()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const bus = new NatsClusterBus({ servers: `127.0.0.1:${port}` });
    expect(await refusal(bus.connect(new BusListener()))).toBe(
      `STOMP_CLUSTER_REFUSED: NATS at 127.0.0.1:${port} does not let this node in: maximum connections exceeded. ` +
        'Its configuration says why.',
    );
    await new Promise((resolve) => server.close(resolve));
  });

  it('says that the package is missing', async () => {
    const bus = new NatsClusterBus({}, () =>
      Promise.reject(new Error("Cannot find package '@nats-io/transport-node'")),
    );
    expect(await refusal(bus.connect(new BusListener()))).toBe(
      'STOMP_CLUSTER_MISSING_PEER: NatsClusterBus needs the package @nats-io/transport-node, which cannot be loaded. ' +
        'Install it: npm install @nats-io/transport-node',
    );
  });

  it('works with the rights that it asks for, and says which are missing', async () => {
    const server = await start([
      'authorization { users: [ { user: node, password: secret, permissions: { publish: "app.>", subscribe: "app.>" } } ] }',
    ]);
    const bus = new NatsClusterBus({ servers: serversOf(server), user: 'node', pass: 'secret' });
    const where = `NATS at 127.0.0.1:${server.port}`;

    const listener = new BusListener();
    const connection = await bus.connect(listener);
    await connection.subscribe(['app.d.one', 'app.*.x', 'app.d.>']);
    connection.publish('app.d.one', Buffer.from('may'));
    await connection.flush();
    await connection.close();
    expect(listener.losses).toEqual([]);

    const published = new BusListener();
    const publisher = await bus.connect(published);
    publisher.publish('other.d', Buffer.from('may not'));
    const publishing =
      `${where} refuses this node: Permissions Violation for Publish to "other.d". ` +
      'Let its user publish and subscribe on other.>';
    expect(await refusal(publisher.flush())).toBe(`STOMP_CLUSTER_REFUSED: ${publishing}`);
    expect(published.losses.map(({ message }) => message)).toEqual([publishing]);

    const subscribed = new BusListener();
    const subscriber = await bus.connect(subscribed);
    const subscribing =
      `${where} refuses this node: Permissions Violation for Subscription to "other.d". ` +
      'Let its user publish and subscribe on other.>';
    expect(await refusal(subscriber.subscribe(['app.d', 'other.d']))).toBe(
      `STOMP_CLUSTER_REFUSED: ${subscribing}`,
    );
    expect(subscribed.losses.map(({ message }) => message)).toEqual([subscribing]);
  });

  it('says how large a message may be', async () => {
    const server = await start(['max_payload: 4096']);
    const listener = new BusListener();
    const connection = await new NatsClusterBus({ servers: serversOf(server) }).connect(listener);
    expect(connection.maxMessageBytes).toBe(4096);
    await connection.subscribe(['app.large']);
    connection.publish('app.large', Buffer.alloc(4096));
    await until('it arrives', () => listener.texts.length > 0);
    await connection.close();
  });

  it('is lost when the server is about to stop', async () => {
    const server = await start();
    const listener = new BusListener();
    const connection = await new NatsClusterBus({ servers: serversOf(server) }).connect(listener);
    server.goLame();
    await until('the loss is told', () => listener.losses.length > 0);
    expect(listener.losses.map(({ message }) => message)).toEqual([
      `The connection to NATS at 127.0.0.1:${server.port} is lost: it is about to stop.`,
    ]);
    await connection.close();
  });

  it('is lost when a frozen server leaves two questions unanswered, although nothing can be written', async () => {
    const server = await start();
    const listener = new BusListener();
    const connection = await new NatsClusterBus({ servers: serversOf(server) }).connect(listener);
    server.freeze();
    for (let index = 0; index < 32; index++) connection.publish('app.full', Buffer.alloc(900_000));
    await until('the loss is told', () => listener.losses.length > 0);
    expect(listener.losses.map(({ message }) => message)).toEqual([
      `The connection to NATS at 127.0.0.1:${server.port} is lost: it does not answer.`,
    ]);
    await connection.close();
  });

  it('shows its password nowhere', async () => {
    const { port } = await start(['authorization { user: node, password: right }']);
    const bus = new NatsClusterBus({
      servers: [`nats://node:secret@127.0.0.1:${port}`],
      user: 'node',
      pass: 'secret',
    });
    const failure: unknown = await bus.connect(new BusListener()).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'STOMP_CLUSTER_REFUSED' });
    expect(bus.name).toBe(`NATS at 127.0.0.1:${port}`);
    expect(inspect([bus, failure], { depth: 9, showHidden: true })).not.toContain('secret');
  });
});
