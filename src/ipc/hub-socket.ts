import { lstat, rename, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { isNamedPipe } from './socket-path.js';

/** The socket at which a hub listens, and its file. */
export class HubSocket {
  private constructor(
    readonly server: Server,
    private readonly path: string,
    /** Names the file, whatever it is called; undefined for a named pipe, which is no file. */
    private readonly identity: string | undefined,
  ) {}

  /**
   * Listens beside the place, not in it: node removes the file that it has listened at by its name when a server ends, even
   * when that is another's by now. And moving a file into a place is one step, removing and making one is two.
   *
   * @throws the error of node:net, EADDRINUSE for a named pipe that another has
   */
  static async listen(path: string): Promise<HubSocket> {
    const server = createServer();
    const file = isNamedPipe(path) ? path : besides(path);
    if (file !== path) await rm(file, { force: true });
    // Without `exclusive`, all workers of node:cluster would share one handle, and each would believe to be the hub.
    server.listen({ path: file, exclusive: true });
    await once(server, 'listening');
    return new HubSocket(server, path, file === path ? undefined : ((await identityOf(file)) ?? 'gone'));
  }

  /** From here on others find it. */
  async moveIntoPlace(): Promise<void> {
    if (this.identity !== undefined) await rename(besides(this.path), this.path);
  }

  async isInPlace(): Promise<boolean> {
    return this.identity === undefined || (await identityOf(this.path)) === this.identity;
  }

  /** Takes the file away, if it is still there and not another's. What cannot be taken away, the next hub replaces. */
  async remove(): Promise<void> {
    if (this.identity === undefined || !(await this.isInPlace())) return;
    await rm(this.path, { force: true }).catch(() => undefined);
  }
}

/** Where a hub listens before it has its place: one character longer than the path. */
function besides(path: string): string {
  return `${path}~`;
}

async function identityOf(file: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await lstat(file, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
