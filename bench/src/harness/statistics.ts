/** The samples of one figure: one a round. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly samples: readonly number[];
}

/** @throws Error without samples */
export function spreadOf(samples: readonly number[]): Spread {
  if (samples.length === 0) throw new Error('No samples');
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
    samples,
  };
}

/** The ratio of two servers, formed within each round, so that what slows both of them does not count. */
export function ratioOf(numerator: Spread, denominator: Spread): Spread {
  const rounds = Math.min(numerator.samples.length, denominator.samples.length);
  return spreadOf(
    Array.from({ length: rounds }, (_, i) => (numerator.samples[i] ?? 0) / (denominator.samples[i] ?? 1)),
  );
}
