import { createServer, type Server } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { closeFakeBrokers, FakeBroker } from '../../../support/fake-broker.js';
import { RelayFlow, stopRelayFlows } from '../../../support/relay-flow.js';
import { selfSignedCertificate } from '../../../support/self-signed-certificate.js';

const certificate = selfSignedCertificate();
const servers: Server[] = [];

afterEach(async () => {
  stopRelayFlows();
  await closeFakeBrokers();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** A broker behind TLS that answers CONNECT and nothing else. */
async function tlsBroker(): Promise<number> {
  const server = createServer(certificate, (socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write('CONNECTED\nversion:1.2\nserver:RabbitMQ/4\n\n\0'));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

describe('a relay over TLS', () => {
  it('connects to a broker whose certificate it trusts', async () => {
    const flow = new RelayFlow(await FakeBroker.listen(), {
      port: await tlsBroker(),
      tls: { ca: certificate.cert },
    });
    flow.start();
    expect(await flow.relay.firstAttempt()).toBeUndefined();
    expect(flow.relay.profileName).toBe('rabbitmq');
  });

  it.each([
    ['a certificate that nobody vouches for', {}],
    ['another name', { ca: certificate.cert, servername: 'other.example' }],
  ])('refuses %s and names the option', async (_, tls) => {
    const flow = new RelayFlow(await FakeBroker.listen(), { port: await tlsBroker(), tls });
    flow.start();
    const error = await flow.relay.firstAttempt();
    expect(error?.message).toMatch(/^TLS with the broker at .* failed .*Correct brokerRelay\.tls/);
  });

  it('says what to look at when one side speaks TLS and the other does not', async () => {
    const plain = new RelayFlow(await FakeBroker.listen(), { port: await tlsBroker() });
    plain.start();
    expect((await plain.relay.firstAttempt())?.message).toMatch(/brokerRelay\.(tls|port)/);
  });
});
