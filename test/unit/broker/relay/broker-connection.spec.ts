import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runProgram } from '../../../support/run-program.js';

/** Lets everybody in, and closes no connection. */
function stubbornBroker(): { server: Server; sockets: Socket[] } {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket
      .on('error', () => undefined)
      .once('data', () => socket.write('CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0'));
  });
  return { server, sockets };
}

describe('a broker that closes no connection', () => {
  let server: Server;
  let sockets: Socket[];

  beforeEach(async () => {
    ({ server, sockets } = stubbornBroker());
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });

  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it('does not keep the process of an application that has ended', async () => {
    const { port } = server.address() as AddressInfo;
    expect(await runProgram('leaving-relay', String(port))).toBe('closed');
  }, 60_000);
});
