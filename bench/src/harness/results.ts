import type { Measured } from '../loader/measured.js';
import { spreadOf, type Spread } from './statistics.js';

/** Figures of one server in one row, by their names; the unit is part of the name. */
export type Figures = Readonly<Record<string, Spread>>;

/** One row of a scenario, for one server. */
export interface Result {
  readonly scenario: string;
  readonly row: string;
  /** What the row is about, for plots: the number of subscribers, say. */
  readonly parameters: Readonly<Record<string, number | string>>;
  readonly server: string;
  readonly figures: Figures;
}

/** A measurement that could not be made, and why. */
export interface Failure {
  readonly scenario: string;
  readonly row: string;
  readonly server: string;
  readonly reason: string;
}

/** One sample of each figure. */
export type Sample = Readonly<Record<string, number>>;

/** Collects the samples of all rounds. */
export class Results {
  readonly #rows = new Map<string, Omit<Result, 'figures'> & { readonly samples: Sample[] }>();
  readonly failures: Failure[] = [];

  add(key: Omit<Result, 'figures'>, sample: Sample): void {
    const id = [key.scenario, key.row, key.server].join('\0');
    const row = this.#rows.get(id);
    if (row === undefined) this.#rows.set(id, { ...key, samples: [sample] });
    else row.samples.push(sample);
  }

  fail(failure: Failure): void {
    const isKnown = this.failures.some(
      ({ row, server, reason }) =>
        row === failure.row && server === failure.server && reason === failure.reason,
    );
    if (!isKnown) this.failures.push(failure);
  }

  all(): readonly Result[] {
    return [...this.#rows.values()].map(({ samples, ...row }) => ({ ...row, figures: figuresOf(samples) }));
  }
}

function figuresOf(samples: readonly Sample[]): Figures {
  const names = Object.keys(samples[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [name, spreadOf(samples.map((sample) => sample[name] ?? Number.NaN))]),
  );
}

/** What the loader measured, as figures of a sample. CPU seconds per million are microseconds for one. */
export function sampleOf(measured: Measured): Sample {
  const { count, seconds, serverCpuSeconds, loaderCpuSeconds, residentBytes, p50Ms, p99Ms } = measured;
  return {
    perSecond: count / seconds,
    cpuSecondsPerMillion: (serverCpuSeconds * 1e6) / count,
    loaderBusy: loaderCpuSeconds / seconds,
    residentMiB: residentBytes / 2 ** 20,
    ...(p50Ms === undefined ? {} : { p50Ms }),
    ...(p99Ms === undefined ? {} : { p99Ms }),
  };
}
