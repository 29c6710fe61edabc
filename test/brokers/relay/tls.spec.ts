import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { StompBrokerRelay } from 'nestjs-stomp';
import { RawClient, terminateRawClients } from '../../support/raw-client.js';
import { selfSignedCertificate } from '../../support/self-signed-certificate.js';
import { closeTestApps } from '../../support/test-app.js';
import { freePorts } from '../support/free-ports.js';
import { RabbitMq } from '../support/rabbitmq.js';
import { startRelayApp, subscriber } from '../support/relay-app.js';

const { key, cert } = selfSignedCertificate();
const folder = mkdtempSync(join(tmpdir(), 'stomp-tls-'));
let rabbit: RabbitMq;
let port: number;

beforeAll(async () => {
  [port = 0] = await freePorts(1);
  writeFileSync(join(folder, 'key.pem'), key);
  writeFileSync(join(folder, 'cert.pem'), cert);
  rabbit = await RabbitMq.start({
    config: [
      `stomp.listeners.ssl.1 = 127.0.0.1:${port}`,
      `ssl_options.certfile = ${join(folder, 'cert.pem')}`,
      `ssl_options.keyfile = ${join(folder, 'key.pem')}`,
    ],
  });
});

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

afterAll(async () => {
  await rabbit?.stop();
  rmSync(folder, { recursive: true });
});

describe('a relay to a RabbitMQ that speaks TLS', () => {
  it('carries messages, over both kinds of connection', async () => {
    const { app, url } = await startRelayApp({ port, host: 'localhost', tls: { ca: cert }, failFast: true });
    const ann = await subscriber(url, '/topic/hello');
    const joe = await RawClient.connect(url);
    joe.send('SEND\ndestination:/topic/hello\n\nover the connection of a client\0');
    expect(await ann.next()).toContain('\n\nover the connection of a client\0');
    joe.send('SEND\ndestination:/app/hello\n\nJoe\0');
    expect(await ann.next()).toContain('\n\nHello, Joe!\0');
    expect(app.get(StompBrokerRelay).isBrokerAvailable).toBe(true);
  });

  it('trusts nobody whom it was not told to', async () => {
    await expect(startRelayApp({ port, host: 'localhost', tls: true, failFast: true })).rejects.toThrow(
      /certificate/,
    );
  });
});
