import { chmod, chown, mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { IpcClusterBus } from 'nestjs-stomp/ipc';
import { IpcNode } from '../../support/ipc-node.js';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.js';

describe('the options of the bus between processes', () => {
  let folder: TemporaryFolder;
  let path: string;

  const refusalOf = (at: string): Promise<unknown> =>
    IpcNode.join(new IpcClusterBus({ path: at })).catch((error: unknown) => error);

  const refusal = (message: string): object => ({
    name: 'ClusterBusError',
    code: 'STOMP_CLUSTER_REFUSED',
    message: expect.stringContaining(message),
  });

  beforeEach(async () => {
    folder = await temporaryFolder();
    path = folder.file('bus.sock');
  });

  afterEach(() => folder.remove());

  it('name the bus by its path', () => {
    expect(new IpcClusterBus({ path }).name).toBe(`IPC at ${path}`);
  });

  it('put the socket into a folder of the user when no path is given', () => {
    const before = process.env['XDG_RUNTIME_DIR'];
    try {
      process.env['XDG_RUNTIME_DIR'] = '/run/user/7';
      expect(new IpcClusterBus().name).toBe('IPC at /run/user/7/nestjs-stomp/bus.sock');
      delete process.env['XDG_RUNTIME_DIR'];
      expect(new IpcClusterBus().name).toMatch(`/nestjs-stomp-${process.getuid?.()}/bus.sock`);
    } finally {
      if (before !== undefined) process.env['XDG_RUNTIME_DIR'] = before;
    }
  });

  it('put it there for a user who has a number and no name, as in containers', () => {
    const before = process.env['XDG_RUNTIME_DIR'];
    const spy = jest.spyOn(process, 'getuid').mockReturnValue(54_321);
    try {
      delete process.env['XDG_RUNTIME_DIR'];
      expect(new IpcClusterBus().name).toMatch('/nestjs-stomp-54321/bus.sock');
    } finally {
      spy.mockRestore();
      if (before !== undefined) process.env['XDG_RUNTIME_DIR'] = before;
    }
  });

  it('take the longest path, and refuse one that is longer', async () => {
    const limit = process.platform === 'linux' ? 106 : 102;
    const longest = folder.file('').concat('/').padEnd(limit, 'x');
    const node = await IpcNode.join(new IpcClusterBus({ path: longest }));
    await node.connection.close();
    expect(() => new IpcClusterBus({ path: `${longest}x` })).toThrow(
      expect.objectContaining(
        refusal(
          `\`path\` is ${longest}x, which has ${limit + 1} bytes; the operating system takes ${limit} at most.`,
        ),
      ),
    );
  });

  it('make a folder that nobody else can enter', async () => {
    const node = await IpcNode.join(new IpcClusterBus({ path: folder.file('deep/er/bus.sock') }));
    expect((await stat(folder.file('deep/er'))).mode & 0o777).toBe(0o700);
    await node.connection.close();
  });

  it('refuse a folder that is open to others', async () => {
    await chmod(dirname(path), 0o750);
    expect(await refusalOf(path)).toMatchObject(
      refusal(
        `The folder ${dirname(path)} is open to others, its mode is 0750. Name another folder by the option \`path\``,
      ),
    );
  });

  it('refuse a folder that belongs to another user', async () => {
    // Only root can give a folder away; everybody else finds one of root's.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) await chown(dirname(path), 54_321, -1);
    const foreign = isRoot ? path : '/usr/bus.sock';
    expect(await refusalOf(foreign)).toMatchObject(
      refusal(`The folder ${dirname(foreign)} belongs to the user ${isRoot ? 54_321 : 0}, not to ours.`),
    );
  });

  it('refuse a link to a folder, which another could turn elsewhere', async () => {
    await mkdir(folder.file('real'), 0o700);
    await symlink(folder.file('real'), folder.file('link'));
    expect(await refusalOf(folder.file('link/bus.sock'))).toMatchObject(refusal('is no folder, but a link'));
  });

  it('refuse a folder that cannot be made', async () => {
    await writeFile(folder.file('file'), '');
    expect(await refusalOf(folder.file('file/bus.sock'))).toMatchObject(refusal('cannot be made'));
  });

  it.each(['connectTimeoutMs', 'maxMessageBytes', 'maxQueueBytes'] as const)(
    'refuse an impossible %s',
    (name) => {
      for (const value of [0, -1, 1.5, Number.NaN, Infinity]) {
        expect(() => new IpcClusterBus({ path, [name]: value })).toThrow(
          `\`${name}\` is ${value}; give an integer of 1`,
        );
      }
    },
  );

  it('let the hub say how large a message may be, and a node refuse a larger one', async () => {
    const hub = await IpcNode.join(new IpcClusterBus({ path, maxMessageBytes: 1000 }));
    const node = await IpcNode.join(new IpcClusterBus({ path }));
    expect(node.connection.maxMessageBytes).toBe(1000);
    node.say('x'.repeat(1000));
    expect(await hub.next()).toHaveLength(1000);
    expect(() => node.say('x'.repeat(1001))).toThrow(
      'A message of 1001 bytes for all is beyond the 1000 of `maxMessageBytes`.',
    );
    await node.connection.close();
    await hub.connection.close();
  });
});
