import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { IpcClusterBus } from 'nestjs-stomp/ipc';
import { IpcNode } from '../../support/ipc-node.js';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.js';

const HELLO = '\0\0\0\x13\x01nestjs-stomp bus \x01';
const WELCOME = '\0\0\0\x06\x02\x01\x01\0\0\0';

describe('what connects to the hub and is no node', () => {
  let folder: TemporaryFolder;
  let path: string;
  let node: IpcNode;

  /** All that the hub answers to some octets until it ends the connection. */
  const answerTo = async (...sent: readonly string[]): Promise<string> => {
    const socket = connect({ path });
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    for (const text of sent) socket.write(text, 'latin1');
    await once(socket, 'close');
    return answer;
  };

  beforeEach(async () => {
    folder = await temporaryFolder();
    path = folder.file('bus.sock');
    node = await IpcNode.join(new IpcClusterBus({ path }));
  });

  afterEach(async () => {
    node.say('still here');
    expect(await node.next()).toBe('still here');
    expect(node.losses).toEqual([]);
    await node.connection.close();
    await folder.remove();
  });

  it.each([
    ['speaks HTTP', ['GET / HTTP/1.1\r\n\r\n'], 'A frame of 1195725856 bytes is beyond the limit'],
    [
      'sends a frame without content',
      ['\0\0\0\0'],
      'A frame of 0 bytes is beyond the limit of 1 to 16777731',
    ],
    ['does not say hello first', ['\0\0\0\x05\x06\0\0\0\x01'], 'does not speak the protocol between nodes'],
    ['says hello twice', [HELLO, HELLO], 'a frame of kind 1 with 23 bytes means nothing'],
    ['sends what only a hub says', [HELLO, '\0\0\0\x05\x07\0\0\0\x01'], 'a frame of kind 7'],
    ['sends half a question', [HELLO, '\0\0\0\x02\x06\0'], 'a frame of kind 6 with 6 bytes means nothing'],
    ['sends an address beyond its frame', [HELLO, '\0\0\0\x04\x05\0\x09a'], 'a publication has no address'],
    ['sends an empty address', [HELLO, '\0\0\0\x04\x03a\n\n'], 'an address has 0 characters, not 1 to 512'],
  ])('is turned away when it %s', async (_, sent, reason) => {
    expect(await answerTo(...sent)).toMatch(reason);
  });

  it('is told which version to run when it has another', async () => {
    const answer = await answerTo('\0\0\0\x13\x01nestjs-stomp bus \x02');
    expect(answer.slice(4, 6)).toBe('\x08\x01');
    expect(answer).toMatch(
      'it speaks version 1 of the protocol between nodes, this process version 2. Let all of them run the same version of nestjs-stomp, or give each version a `path` of its own',
    );
  });

  it('may go away in the middle of a frame', async () => {
    const socket = connect({ path });
    socket.end(`${HELLO}\0\0\x01\0\x05`, 'latin1');
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    await once(socket, 'close');
    expect(answer).toBe(WELCOME);
  });

  it('is welcome when it is a node after all', async () => {
    const socket = connect({ path });
    socket.write(`${HELLO}\0\0\0\x04\x03all\0\0\0\x05\x06\0\0\0\x07`, 'latin1');
    let answer = '';
    const heard = new Promise<void>((resolve) =>
      socket.on('data', (chunk) => {
        answer += chunk.toString('latin1');
        if (answer.endsWith('hi')) resolve();
        else if (answer.endsWith('\x07')) node.say('hi');
      }),
    );
    await heard;
    expect(answer).toBe(`${WELCOME}\0\0\0\x05\x07\0\0\0\x07\0\0\0\x08\x05\0\x03allhi`);
    expect(await node.next()).toBe('hi');
    socket.destroy();
  });
});

describe('what a node meets that is no hub', () => {
  let folder: TemporaryFolder;
  let path: string;
  const sockets = new Set<Socket>();

  beforeEach(async () => {
    folder = await temporaryFolder();
    path = folder.file('bus.sock');
  });

  afterEach(() => folder.remove());

  /** Connects to something that says this to everybody. */
  const meet = async (text: string): Promise<unknown> => {
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      socket.write(text, 'latin1');
    }).listen(path);
    await once(server, 'listening');
    try {
      return await IpcNode.join(new IpcClusterBus({ path, connectTimeoutMs: 200 })).catch(
        (error: unknown) => error,
      );
    } finally {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    }
  };

  it.each([
    [
      'speaks SSH',
      'SSH-2.0-x\r\n',
      'REFUSED',
      /does not let us in: it does not speak our protocol: A frame of/,
    ],
    [
      'speaks a later version',
      '\0\0\0\x06\x02\x02\0\0\0\0',
      'REFUSED',
      /it speaks version 2 of our protocol/,
    ],
    ['refuses it', '\0\0\0\x05\x08\x01why', 'REFUSED', /The hub at .* does not let us in: why\./],
    [
      'sends half a welcome',
      '\0\0\0\x02\x02\x01',
      'REFUSED',
      /it said what means nothing, a frame of kind 2/,
    ],
    ['says nothing', '', 'UNREACHABLE', /it has said nothing for \d+ ms/],
    ['is always about to end', '\0\0\0\x04\x08\0so', 'UNREACHABLE', /No hub came to be at/],
  ])('is reported with what it is when it %s', async (_, text, code, message) => {
    expect(await meet(text)).toMatchObject({
      name: 'ClusterBusError',
      code: `STOMP_CLUSTER_${code}`,
      message: expect.stringMatching(message),
    });
  });
});
