import { spreadOf, type Spread } from '../harness/statistics.js';
import type { Result } from '../harness/results.js';
import type { BenchDocument } from './bench-document.js';
import { straightLine, type StraightLine } from './straight-line.js';
import { spread, table } from './table.js';

/**
 * The CPU of a message in all processes as `a + b × n`, `n` nodes beside the publisher's that want it: fitted in each round, so
 * that the spread says how sure it is.
 */
export function growthModel({ results }: BenchDocument, titleOf: (server: string) => string): string {
  const growth = results.filter(({ scenario }) => scenario === 'growth');
  const rows = [...new Set(growth.map(({ server }) => server))].map((server) => {
    const ofServer = growth.filter((result) => result.server === server);
    const lines = linesOf(ofServer);
    const column = (of: (line: StraightLine) => number): string => spread(spreadOf(lines.map(of)));
    const nodes = Math.max(...ofServer.map(({ parameters }) => Number(parameters['nodes'])));
    return [
      titleOf(server),
      column(({ intercept }) => intercept),
      column(({ slope }) => slope),
      column(({ worstDistance }) => worstDistance),
      spread(together(ofServer, 'otherNodeMicros')),
      `${nodes} nodes`,
    ];
  });
  const head = ['between', 'a, µs', 'b, µs', 'farthest from it, µs', 'a node that wants nothing, µs'];
  return table([...head, 'measured up to'], rows);
}

/** One for each round. */
function linesOf(results: readonly Result[]): readonly StraightLine[] {
  const all = results.flatMap(({ parameters, figures }) => {
    const samples = figures['allMicros']?.samples;
    return samples === undefined ? [] : [{ others: Number(parameters['wanting']) - 1, samples }];
  });
  const rounds = Math.min(...all.map(({ samples }) => samples.length));
  return Array.from({ length: rounds }, (_, round) =>
    straightLine(all.map(({ others, samples }) => [others, samples[round] ?? Number.NaN])),
  );
}

/** A figure of all rows that have it. */
function together(results: readonly Result[], name: string): Spread {
  return spreadOf(results.flatMap(({ figures }) => figures[name]?.samples ?? []));
}
