import fc, { type Parameters } from 'fast-check';

// Without this, a list that may have 120 elements has at most ten.
fc.configureGlobal({ ...fc.readConfigureGlobal(), defaultSizeToMaxWhenMaxSpecified: true });

/**
 * How often a property is tried: so often in `npm test`, and `STOMP_FUZZ_RUNS` times so often in `npm run test:fuzz`.
 * `STOMP_FUZZ_SEED` tries other cases than those of every day.
 */
export function fuzzRuns(seed: number, numRuns: number): { readonly seed: number; readonly numRuns: number } {
  const factor = Number(process.env['STOMP_FUZZ_RUNS'] ?? 1);
  if (!(factor > 0)) throw new Error(`STOMP_FUZZ_RUNS is ${factor}; it has to be a number above 0`);
  return {
    seed: Number(process.env['STOMP_FUZZ_SEED'] ?? seed),
    numRuns: Math.ceil(numRuns * factor),
  } satisfies Parameters;
}
