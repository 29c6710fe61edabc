import type { AddressInfo, Server } from 'node:net';
import { startProfile, stopProfile } from './cpu-profile.js';

/** What a server in Node tells the harness when it is asked. */
export interface HeapReport {
  readonly heapUsedBytes: number;
  readonly externalBytes: number;
}

/** Listens on a free port and tells the harness; ends with it. */
export async function serve(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4096, resolve));
  announce(server);
}

/** Tells the harness the port of a server that listens already. */
export function announce(server: Server): void {
  process.on('message', (question) => {
    if (question === 'heap') process.send?.(heapReport());
    if (question === 'profile') void startProfile().then(() => process.send?.('started'));
    if (question === 'profiled') void stopProfile().then((profile) => process.send?.(profile));
    if (question === 'exit') process.exit();
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ port: (server.address() as AddressInfo).port });
}

function heapReport(): HeapReport {
  // Twice: what the first collection finalizes is collected by the second.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return { heapUsedBytes: heapUsed, externalBytes: external };
}
