import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NatsClusterBus } from 'nestjs-stomp/nats';
import { RedisClusterBus } from 'nestjs-stomp/redis';
import type { ClusterBus } from '../../../src/broker/cluster/cluster-bus.js';
import { selfSignedCertificate } from '../../support/self-signed-certificate.js';
import { BusListener, refusal } from '../support/bus-listener.js';
import { freePorts } from '../support/free-ports.js';
import { NatsServer } from '../support/nats-server.js';
import { RedisServer } from '../support/redis-server.js';
import { until } from '../../support/until.js';

const { key, cert } = selfSignedCertificate();
const folder = mkdtempSync(join(tmpdir(), 'stomp-bus-tls-'));
const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];

beforeAll(() => {
  writeFileSync(keyFile, key);
  writeFileSync(certFile, cert);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Whether a bus carries something. */
async function carries(bus: ClusterBus): Promise<readonly string[]> {
  const listener = new BusListener();
  const connection = await bus.connect(listener);
  await connection.subscribe(['app.tls']);
  connection.publish('app.tls', Buffer.from('hello'));
  await until('it arrives', () => listener.texts.length > 0);
  await connection.close();
  return listener.texts;
}

describe('a cluster bus over Redis that speaks TLS', () => {
  let server: RedisServer;
  let port: number;

  beforeAll(async () => {
    [port = 0] = await freePorts(1);
    server = await RedisServer.start({
      config: [
        `tls-port ${port}`,
        `tls-cert-file ${certFile}`,
        `tls-key-file ${keyFile}`,
        'tls-auth-clients no',
      ],
    });
  });

  afterAll(() => server?.stop());

  it('works when it is told whom to trust', async () => {
    const client = { socket: { tls: true, ca: cert, host: 'localhost' } } as const;
    expect(await carries(new RedisClusterBus({ url: `rediss://localhost:${port}`, client }))).toEqual([
      'hello',
    ]);
  });

  it('trusts nobody whom it was not told to', async () => {
    const bus = new RedisClusterBus({ url: `rediss://localhost:${port}` });
    expect(await refusal(bus.connect(new BusListener()))).toBe(
      `STOMP_CLUSTER_UNREACHABLE: TLS with Redis at localhost:${port} failed: self-signed certificate. ` +
        'Say whom to trust in the option client of RedisClusterBus ({ socket: { tls: true, ca } }), ' +
        'or correct its option url: rediss:// is with TLS, redis:// without.',
    );
  });
});

describe('a cluster bus over NATS that speaks TLS', () => {
  let server: NatsServer;

  beforeAll(async () => {
    server = await NatsServer.start({ config: [`tls { cert_file: "${certFile}", key_file: "${keyFile}" }`] });
  });

  afterAll(() => server?.stop());

  it('works when it is told whom to trust', async () => {
    const bus = new NatsClusterBus({ servers: `localhost:${server.port}`, tls: { ca: cert } });
    expect(await carries(bus)).toEqual(['hello']);
  });

  it('trusts nobody whom it was not told to', async () => {
    const bus = new NatsClusterBus({ servers: `localhost:${server.port}` });
    expect(await refusal(bus.connect(new BusListener()))).toBe(
      `STOMP_CLUSTER_UNREACHABLE: TLS with NATS at localhost:${server.port} failed: self-signed certificate. ` +
        'Say whom to trust in the option tls of NatsClusterBus ({ ca }), or correct servers.',
    );
  });
});
