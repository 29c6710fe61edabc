import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ClusterBusError } from '../broker/cluster/cluster-bus.js';

/** `sun_path` has 108 octets on Linux and 104 on macOS and BSD, with a zero at the end; ours is once written with a `~`. */
const MAX_PATH_BYTES = process.platform === 'linux' ? 106 : 102;

/** Named pipes of Windows stand in no folder and leave nothing behind. */
export function isNamedPipe(path: string): boolean {
  return path.startsWith('\\\\.\\pipe\\') || path.startsWith('\\\\?\\pipe\\');
}

/** One for each user, in a folder of the user's own. */
export function defaultSocketPath(): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\nestjs-stomp-${userInfo().username}`;
  const { XDG_RUNTIME_DIR: runtime } = process.env;
  const folder =
    runtime === undefined || runtime === ''
      ? // In a container the user may have a number and no name, for which userInfo() throws.
        join(tmpdir(), `nestjs-stomp-${process.getuid?.()}`)
      : join(runtime, 'nestjs-stomp');
  return join(folder, 'bus.sock');
}

/** @throws ClusterBusError for a path that no socket can have */
export function checkedSocketPath(path: string): string {
  if (isNamedPipe(path)) return path;
  if (process.platform === 'win32') {
    throw refused(`\`path\` is ${path}, but Windows has named pipes only: \\\\.\\pipe\\ and a name.`);
  }
  const whole = resolve(path);
  const bytes = Buffer.byteLength(whole);
  if (bytes <= MAX_PATH_BYTES) return whole;
  throw refused(
    `\`path\` is ${whole}, which has ${bytes} bytes; the operating system takes ${MAX_PATH_BYTES} at most. Put the socket into a folder with a shorter path.`,
  );
}

/**
 * Makes the folder, if it is not there. Whoever may write into it could be the hub, and read everything.
 *
 * @throws ClusterBusError when it is somebody else's, or open to others
 */
export async function prepareFolder(path: string): Promise<void> {
  if (isNamedPipe(path)) return;
  const folder = dirname(path);
  const remedy = 'Name another folder by the option `path`: one that need not exist, or that has mode 0700.';
  const stats = await mkdir(folder, { recursive: true, mode: 0o700 })
    .then(() => lstat(folder))
    .catch((cause: unknown) => {
      throw refused(`The folder ${folder} cannot be made: ${String(cause)}. ${remedy}`, cause);
    });
  if (!stats.isDirectory()) throw refused(`${folder} is no folder, but a link to one perhaps. ${remedy}`);
  if (stats.uid !== process.getuid?.()) {
    throw refused(`The folder ${folder} belongs to the user ${stats.uid}, not to ours. ${remedy}`);
  }
  if ((stats.mode & 0o077) !== 0) {
    const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
    throw refused(`The folder ${folder} is open to others, its mode is ${mode}. ${remedy}`);
  }
}

function refused(message: string, cause?: unknown): ClusterBusError {
  return new ClusterBusError('STOMP_CLUSTER_REFUSED', message, { cause });
}
