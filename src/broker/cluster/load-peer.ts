import { ClusterBusError } from './cluster-bus.js';

/**
 * Loads the package that speaks to an engine. It is an optional peer, so it may not be there, and who has not installed it
 * shall read what to do instead of where Node has looked.
 */
export async function loadPeer<T>(bus: string, packageName: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new ClusterBusError(
      'STOMP_CLUSTER_MISSING_PEER',
      `${bus} needs the package ${packageName}, which cannot be loaded. Install it: npm install ${packageName}`,
      { cause },
    );
  }
}
