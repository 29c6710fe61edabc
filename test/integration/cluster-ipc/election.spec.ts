import { mkdir, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, Socket } from 'node:net';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { IpcClusterBus } from 'nestjs-stomp/ipc';
import { IpcNode } from '../../support/ipc-node.js';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.js';

describe('the election of a hub', () => {
  let folder: TemporaryFolder;
  let path: string;
  const nodes: IpcNode[] = [];
  const join = async (): Promise<IpcNode> => {
    const node = await IpcNode.join(new IpcClusterBus({ path }));
    nodes.push(node);
    return node;
  };
  const expectOneHub = async (): Promise<void> => {
    const [a, b] = [await join(), await join()];
    a?.say('from a');
    expect([await a?.next(), await b?.next()]).toEqual(['from a', 'from a']);
  };

  /** A socket file at which nobody listens any more. */
  const leaveSocket = async (): Promise<void> => {
    const server = createServer().listen(folder.file('elsewhere'));
    await once(server, 'listening');
    await rename(folder.file('elsewhere'), path);
    server.close();
    await once(server, 'close');
  };

  beforeEach(async () => {
    folder = await temporaryFolder();
    path = folder.file('bus.sock');
  });

  afterEach(async () => {
    for (const node of nodes.splice(0)) await node.connection.close();
    await folder.remove();
  });

  it('makes the folder of the socket when it is not there', async () => {
    path = folder.file('new/folder/bus.sock');
    await expectOneHub();
  });

  it('makes one hub of many that connect at once in one process', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, join));
    all[7]?.say('hello');
    expect(await Promise.all(all.map((node) => node.next()))).toEqual(all.map(() => 'hello'));
  });

  it('replaces a socket file that was left behind', async () => {
    await leaveSocket();
    await expectOneHub();
  });

  it('replaces it where the one that listened before had no place yet', async () => {
    await leaveSocket();
    await rename(path, `${path}~`);
    await expectOneHub();
  });

  it('breaks the lock of a process that is no more', async () => {
    const { pid } = spawnSync(process.execPath, ['--eval', '']);
    await writeFile(`${path}.lock`, `${pid} x`);
    await expectOneHub();
  });

  it('makes one hub of many that find a socket and the lock of a process that is no more', async () => {
    const { pid } = spawnSync(process.execPath, ['--eval', '']);
    await writeFile(`${path}.lock`, `${pid} x`);
    await leaveSocket();
    const all = await Promise.all(Array.from({ length: 20 }, join));
    all[7]?.say('hello');
    expect(await Promise.all(all.map((node) => node.next()))).toEqual(all.map(() => 'hello'));
  });

  it('breaks the lock of a process that has held it for too long', async () => {
    await writeFile(`${path}.lock`, `${process.pid} x`);
    const longAgo = Date.now() / 1000 - 60;
    await utimes(`${path}.lock`, longAgo, longAgo);
    await expectOneHub();
  });

  it('waits for the lock of another, and says which it is when that takes too long', async () => {
    await writeFile(`${path}.lock`, `${process.pid} x`);
    await expect(IpcNode.join(new IpcClusterBus({ path, connectTimeoutMs: 100 }))).rejects.toMatchObject({
      code: 'STOMP_CLUSTER_UNREACHABLE',
      message: `No hub came to be at ${path} within 100 ms. Look which process holds ${path}.lock, or raise \`connectTimeoutMs\`.`,
    });
  });

  it.each([
    ['a file', () => writeFile(path, 'mine')],
    ['a folder', () => mkdir(path)],
  ])('does not replace %s that is no socket', async (_, make) => {
    await make();
    await expect(join()).rejects.toMatchObject({
      code: 'STOMP_CLUSTER_REFUSED',
      message: `${path} is no socket and is not replaced. Take it away, or set \`path\`.`,
    });
  });

  it('leaves no hub behind when its process cannot connect to it', async () => {
    const { connect: real } = Socket.prototype;
    const connect = jest.spyOn(Socket.prototype, 'connect');
    // Twice it looks for another hub; then it has its own.
    let calls = 0;
    connect.mockImplementation(function (this: Socket, ...where: unknown[]) {
      if (++calls < 3) return Reflect.apply(real, this, where) as Socket;
      return this.destroy(Object.assign(new Error('connect EMFILE'), { code: 'EMFILE' }));
    });
    try {
      await expect(join()).rejects.toMatchObject({ code: 'STOMP_CLUSTER_UNREACHABLE' });
    } finally {
      connect.mockRestore();
    }
    expect(await readdir(dirname(path))).toEqual([]);
    await expectOneHub();
  });

  it('ends a hub whose socket file was taken away, for nobody would find it any more', async () => {
    const [a, b] = [await join(), await join()];
    await rm(path);
    const losses = await Promise.all([a.loss, b.loss]);
    for (const { message } of losses)
      expect(message).toMatch('its socket file is gone or belongs to another hub');
    await expectOneHub();
  });

  it('ends a hub whose place another has taken, and leaves the other alone', async () => {
    const a = await join();
    await rm(path);
    const b = await join();
    expect((await a.loss).message).toMatch('belongs to another hub');
    const c = await join();
    b.say('still here');
    expect(await c.next()).toBe('still here');
    expect(b.losses).toEqual([]);
  });
});
