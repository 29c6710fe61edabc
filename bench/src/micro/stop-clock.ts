import type { Sample } from '../harness/results.js';

/** Where results go that nobody needs: an engine must not notice that it works for nothing. */
export let sink: unknown;

/** How often something can be done a second, after it has been done for a while. */
export function timesPerSecond(work: () => unknown, measureMs: number): Sample {
  run(work, measureMs / 2);
  const { times, ms } = run(work, measureMs);
  return { perSecond: (times / ms) * 1000, nanoseconds: (ms * 1e6) / times };
}

function run(work: () => unknown, forMs: number): { times: number; ms: number } {
  const start = performance.now();
  let times = 0;
  let ms: number;
  do {
    for (let i = 0; i < 64; i++) sink = work();
    times += 64;
    ms = performance.now() - start;
  } while (ms < forMs);
  return { times, ms };
}
