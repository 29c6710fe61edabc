import { sampleOf } from '../harness/results.js';
import type { Scenario } from '../harness/scenario.js';
import type { Measured } from '../loader/measured.js';
import { warmUpMsOf } from './warm-up.js';

const SESSIONS = 1000;

/** Everybody comes at once, as after a restart. */
export const connects: Scenario = {
  name: 'connect',
  title: 'Connect storm: handshake, CONNECT and SUBSCRIBE, 64 at a time',
  suits: () => true,
  run: async ({ peer, server, loader, address, effort, ...round }) => {
    const sessions = Math.max(2, Math.round(SESSIONS * effort.scale));
    const row = `${sessions} sessions`;
    await round.attempt(row, async () => {
      const rehearsals =
        warmUpMsOf({ peer, server, loader, address, effort, ...round }, 'connect') > 0 ? 5 : 1;
      const storm = (): Promise<Measured> =>
        loader.run<Measured>({ kind: 'connects', server: address, sessions });
      for (let i = 0; i < rehearsals; i++) await storm();
      round.record(row, { sessions }, sampleOf(await storm()));
    });
  },
};
