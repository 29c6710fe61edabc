import { lstat } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { IpcClusterBus } from 'nestjs-stomp/ipc';
import { IpcNode } from '../../support/ipc-node.js';
import { IpcProcess } from '../../support/ipc-process.js';
import { runProgram } from '../../support/run-program.js';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.js';

describe('processes without a server between them', () => {
  let folder: TemporaryFolder;
  let path: string;
  let processes: IpcProcess[];
  let node: IpcNode | undefined;

  /** Each says something, and each hears all. */
  const expectAllHearAll = async (all: readonly IpcProcess[], round: string): Promise<void> => {
    for (const [index, each] of all.entries()) each.tell(`say ${round}-${index}`);
    await Promise.all(
      all.map(async (each) => {
        const heard = new Set<string>();
        while (heard.size < all.length) {
          const line = await each.until('heard ');
          if (line.includes(round)) heard.add(line);
        }
      }),
    );
  };

  const losses = (all: readonly IpcProcess[]): string[] =>
    all.flatMap(({ lines }) => lines.filter((line) => line.startsWith('lost ')));

  beforeEach(async () => {
    folder = await temporaryFolder();
    path = folder.file('bus.sock');
    processes = [];
    node = undefined;
  });

  afterEach(async () => {
    await Promise.all(processes.map((each) => each.kill()));
    await node?.connection.close();
    await folder.remove();
  });

  it('agree on one hub when eight of them start at once', async () => {
    processes = await IpcProcess.join(path, 8);
    await expectAllHearAll(processes, 'first');
    expect(losses(processes)).toEqual([]);
  });

  it('agree on one hub as workers of node:cluster, which would share what they listen at', async () => {
    expect(await runProgram('ipc-workers', path)).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  it('agree on another hub when the first is killed and leaves its socket file behind', async () => {
    const [hub] = (processes = await IpcProcess.join(path, 1)) as [IpcProcess];
    const others = await IpcProcess.join(path, 4);
    processes.push(...others);
    const before = await lstat(path);
    await hub.kill();
    for (const other of others)
      expect(await other.until('lost ')).toMatch(`the hub at ${path} is lost: it ended`);
    await Promise.all(others.map((other) => other.until('joined')));
    await expectAllHearAll(others, 'second');
    expect((await lstat(path)).ino).not.toBe(before.ino);
    expect(losses(others)).toEqual([]);
  });

  it('agree on another hub when that process closes its connection, which it outlives', async () => {
    const [hub] = (processes = await IpcProcess.join(path, 1)) as [IpcProcess];
    const others = await IpcProcess.join(path, 2);
    processes.push(...others);
    hub.tell('say goodbye');
    hub.tell('leave');
    for (const other of others) {
      await other.until('heard goodbye');
      expect(await other.until('lost ')).toMatch('the process that was the hub has closed its connection');
      await other.until('joined');
    }
    await expectAllHearAll(others, 'after');
  });

  it('end by themselves when their connection is closed, the hub as well', async () => {
    processes = await IpcProcess.join(path, 1);
    processes.unshift(...(await IpcProcess.join(path, 1)));
    for (const each of processes) {
      each.tell('leave');
      expect(await each.exit()).toBe(0);
    }
    await expect(lstat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('cut one off that does not read, and tell it; the others miss nothing', async () => {
    const bus = new IpcClusterBus({ path, maxQueueBytes: 1_000_000 });
    node = await IpcNode.join(bus);
    processes = await IpcProcess.join(path, 2);
    const [healthy, slow] = processes as [IpcProcess, IpcProcess];
    slow.signal('SIGSTOP');
    for (let number = 0; number < 60; number++) {
      const text = `${number} `.padEnd(100_000, '.');
      node.say(text);
      expect(await node.next()).toBe(text);
      expect(await healthy.until('heard ')).toMatch(`heard ${number} `);
    }
    slow.signal('SIGCONT');
    expect(await slow.until('lost ')).toMatch(
      'this node has left more than 1000000 bytes unread. Look for what keeps its event loop busy, or raise `maxQueueBytes`.',
    );
    await slow.until('joined');
    await expectAllHearAll(processes, 'again');
    expect(node.losses).toEqual([]);
    expect(losses([healthy])).toEqual([]);
  });

  it('know what a hub that has stopped has not taken', async () => {
    const [hub] = (processes = await IpcProcess.join(path, 1)) as [IpcProcess];
    node = await IpcNode.join(new IpcClusterBus({ path }));
    hub.signal('SIGSTOP');
    node.say('x'.repeat(4_000_000));
    const flushed = node.connection.flush().catch((error: unknown) => error);
    expect(node.connection.pendingBytes).toBeGreaterThan(3_000_000);
    await hub.kill();
    expect(await flushed).toMatchObject({ code: 'STOMP_CLUSTER_LOST' });
    expect(await node.loss).toMatchObject({ code: 'STOMP_CLUSTER_LOST' });
    await expect(node.connection.subscribe(['more'])).rejects.toMatchObject({ code: 'STOMP_CLUSTER_LOST' });
    node.say('into the void');
    expect(node.losses).toHaveLength(1);
  });

  it('close within a second though the hub has stopped', async () => {
    const [hub] = (processes = await IpcProcess.join(path, 1)) as [IpcProcess];
    node = await IpcNode.join(new IpcClusterBus({ path }));
    hub.signal('SIGSTOP');
    node.say('x'.repeat(4_000_000));
    await node.connection.close();
    expect(node.losses).toEqual([]);
  });

  it('give up on a hub that has stopped when the time to connect is over', async () => {
    const [hub] = (processes = await IpcProcess.join(path, 1)) as [IpcProcess];
    hub.signal('SIGSTOP');
    await expect(IpcNode.join(new IpcClusterBus({ path, connectTimeoutMs: 100 }))).rejects.toMatchObject({
      code: 'STOMP_CLUSTER_UNREACHABLE',
      message: expect.stringMatching(/it has said nothing for \d+ ms/),
    });
  });
});
