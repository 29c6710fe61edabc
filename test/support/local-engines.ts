import { IpcClusterBus } from 'nestjs-stomp/ipc';
import { MemoryCluster } from 'nestjs-stomp/testing';
import type { Engine } from './cluster-bus-contract.js';
import { temporaryFolder } from './temporary-folder.js';

/** An engine in the memory of the test. */
export async function memory(): Promise<Engine & { readonly cluster: MemoryCluster }> {
  const cluster = new MemoryCluster();
  return { cluster, bus: () => cluster.bus(), stop: async () => undefined };
}

/** Sockets of the machine, in a folder of their own. */
export async function ipc(): Promise<Engine & { readonly path: string }> {
  const folder = await temporaryFolder();
  const path = folder.file('bus.sock');
  return { path, bus: () => new IpcClusterBus({ path }), stop: () => folder.remove() };
}
