import type { Round } from '../harness/scenario.js';
import type { RoundTripLoad } from '../loader/measure-round-trips.js';

const warm = new WeakMap<Round['server'], Set<string>>();

/** How long a server has still to be loaded with a kind of work before it is measured: once in its life. */
export function warmUpMsOf({ peer, server, effort }: Round, kind: string): number {
  let kinds = warm.get(server);
  if (kinds === undefined) warm.set(server, (kinds = new Set()));
  if (peer.warmUpMs === undefined || kinds.has(kind)) return 0;
  kinds.add(kind);
  return peer.warmUpMs * Math.min(1, effort.measureMs / 500);
}

/** Loads a server with broadcasts, as soon as it has an audience. */
export async function warmUpFanOut(round: Round, bodyBytes: number): Promise<void> {
  const warmUpMs = warmUpMsOf(round, 'fan-out') / 2;
  if (warmUpMs === 0) return;
  for (const burst of [1, 10]) {
    await round.loader.run({ kind: 'fan-out', load: { bodyBytes, burst, warmUpMs, measureMs: 1 } });
  }
}

/** Loads a server with calls of a handler. */
export async function warmUpRoundTrips(round: Round, load: RoundTripLoad): Promise<void> {
  const warmUpMs = warmUpMsOf(round, 'round-trips');
  if (warmUpMs === 0) return;
  const { address: server, loader } = round;
  await loader.run({ kind: 'round-trips', server, load: { ...load, warmUpMs, measureMs: 1 } });
}
