import { lstat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { ClusterBusError } from '../broker/cluster/cluster-bus.js';
import { ElectionLock } from './election-lock.js';
import { Hub } from './hub.js';
import type { HubLimits } from './hub-limits.js';
import { HubSocket } from './hub-socket.js';
import { isNamedPipe } from './socket-path.js';

/** A socket to the hub, and the hub if this process is it. */
export interface Elected {
  readonly socket: Socket;
  readonly hub: Hub | undefined;
}

/**
 * Connects to the hub, or becomes it and connects to itself. Processes that do so at the same time agree by a lock, and each
 * of them looks once more when it has it.
 *
 * @returns undefined when another is about to become the hub: try again
 * @throws ClusterBusError when there is something that is no hub, or nothing can be
 */
export async function elect(path: string, limits: HubLimits): Promise<Elected | undefined> {
  try {
    const socket = await dial(path);
    if (socket !== undefined) return { socket, hub: undefined };
    const hub = isNamedPipe(path) ? await openPipe(path, limits) : await openFile(path, limits);
    return hub && (await dialOwn(path, hub));
  } catch (cause) {
    if (cause instanceof ClusterBusError) throw cause;
    if (isPassing(cause as NodeJS.ErrnoException)) return undefined;
    throw new ClusterBusError(
      'STOMP_CLUSTER_UNREACHABLE',
      `There is no hub at ${path}, and this process cannot be it: ${String(cause)}. Look whether it may write there, or set \`path\`.`,
      { cause },
    );
  }
}

async function openFile(path: string, limits: HubLimits): Promise<Hub | undefined> {
  const lock = await ElectionLock.take(`${path}.lock`);
  if (lock === undefined) return undefined;
  try {
    const socket = await dial(path);
    if (socket !== undefined) {
      // Another was faster. It is found again in the next try.
      socket.destroy();
      return undefined;
    }
    await checkLeftover(path);
    const place = await HubSocket.listen(path);
    // A process that was stopped meanwhile may have lost the lock; what slips through here, the hub's own watch finds.
    if (!(await lock.isHeld())) {
      place.server.close();
      return undefined;
    }
    const hub = new Hub(place, limits);
    try {
      await place.moveIntoPlace();
    } catch (error) {
      await hub.close('it got no place');
      throw error;
    }
    return hub;
  } finally {
    await lock.release();
  }
}

/** The operating system gives a name to one of them and takes it away with the process: no lock, no file. */
async function openPipe(path: string, limits: HubLimits): Promise<Hub | undefined> {
  try {
    return new Hub(await HubSocket.listen(path), limits);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
}

/** Whether it comes from others who do the same at this moment, and is no reason to give up. */
function isPassing({ code, syscall }: NodeJS.ErrnoException): boolean {
  // So many connect that the operating system lets them wait.
  if (code === 'EAGAIN') return true;
  // Two have held the lock, because it was left behind and both have broken it; one was faster.
  return code === 'EADDRINUSE' || (code === 'ENOENT' && syscall === 'rename');
}

/** Undefined when nobody listens. */
async function dial(path: string): Promise<Socket | undefined> {
  const socket = connect({ path });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
    });
    return socket;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTSOCK') return undefined;
    throw error;
  }
}

/** A hub that cannot be reached from here must not stay: it would end with the connection, and there is none. */
async function dialOwn(path: string, hub: Hub): Promise<Elected | undefined> {
  let socket: Socket | undefined;
  try {
    socket = await dial(path);
    return socket && { socket, hub };
  } finally {
    if (socket === undefined) await hub.close('it could not be reached');
  }
}

/** A hub that was killed leaves its socket; it is replaced. Anything else is somebody's. */
async function checkLeftover(path: string): Promise<void> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined || stats.isSocket()) return;
  throw new ClusterBusError(
    'STOMP_CLUSTER_REFUSED',
    `${path} is no socket and is not replaced. Take it away, or set \`path\`.`,
  );
}
