import { sampleOf } from '../harness/results.js';
import type { Scenario } from '../harness/scenario.js';
import type { Measured } from '../loader/measured.js';
import { warmUpFanOut } from './warm-up.js';

const SUBSCRIBERS = [10, 1000];
const BODY_BYTES = 128;

/** `/app` to `/topic`: a broadcast that passes a handler of the application. */
export const throughHandler: Scenario = {
  name: 'through-handler',
  title: 'From /app to /topic: a handler whose result everybody receives',
  suits: ({ handlers, name }) => handlers !== 'none' && name !== 'raw',
  run: async (round) => {
    const { peer, loader, address, effort } = round;
    const { warmUpMs, measureMs, scale } = effort;
    for (const asked of SUBSCRIBERS) {
      const subscribers = Math.max(2, Math.round(asked * scale));
      const row = `${subscribers} × ${BODY_BYTES} B`;
      await round.attempt(row, async () => {
        await loader.run({
          kind: 'gather',
          server: address,
          subscribers,
          ids: 'same',
          way: 'handler',
          isOrdered: peer.isUnordered !== true,
        });
        await warmUpFanOut(round, BODY_BYTES);
        const load = { bodyBytes: BODY_BYTES, burst: 1, warmUpMs, measureMs };
        const measured = await loader.run<Measured>({ kind: 'fan-out', load });
        round.record(row, { subscribers, bodyBytes: BODY_BYTES }, sampleOf(measured));
      });
    }
  },
};
