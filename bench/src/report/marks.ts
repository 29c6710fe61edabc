import type { Spread } from '../harness/statistics.js';
import { ratioOf, spreadOf } from '../harness/statistics.js';
import { figure, type BenchDocument } from './bench-document.js';
import { spread, table } from './table.js';

const CPU = 'cpuSecondsPerMillion';
const SINGLY = '1000 × 128 B, singly, same ids';
const IN_TENS = '1000 × 128 B, in tens, same ids';
const PLAIN = 'without enhancers';
const ENHANCED = 'with a guard and a ValidationPipe';
const IDLE = '10000 sessions';
const HALF = 'at half of its own saturation';

/** What was to be reached, and how a run says whether it was. */
interface Mark {
  readonly what: string;
  readonly limit: number;
  /** Whether the limit is the least that it has to be, not the most. */
  readonly isLeast?: boolean;
  measure(document: BenchDocument): Spread | undefined;
}

function ratio(scenario: string, row: string, name: string, peer: string, peerRow = row): Mark['measure'] {
  return (document) => {
    const ours = figure(document, scenario, row, 'ours', name);
    const theirs = figure(document, scenario, peerRow, peer, name);
    return ours === undefined || theirs === undefined ? undefined : ratioOf(ours, theirs);
  };
}

const MARKS: readonly Mark[] = [
  { what: 'fan-out singly, CPU: Spring', limit: 1 / 3, measure: ratio('fan-out', SINGLY, CPU, 'spring') },
  { what: 'fan-out in tens, CPU: Spring', limit: 1 / 15, measure: ratio('fan-out', IN_TENS, CPU, 'spring') },
  { what: 'fan-out singly, CPU: raw limit', limit: 1.25, measure: ratio('fan-out', SINGLY, CPU, 'raw') },
  { what: 'fan-out in tens, CPU: raw limit', limit: 1.25, measure: ratio('fan-out', IN_TENS, CPU, 'raw') },
  {
    what: 'fan-out, throughput: the best peer, in the worst row',
    limit: 1,
    isLeast: true,
    measure: worstThroughput,
  },
  { what: 'round trip, CPU: Spring', limit: 1 / 2, measure: ratio('round-trip', PLAIN, CPU, 'spring') },
  { what: 'round trip, CPU: Nest gateway', limit: 1, measure: ratio('round-trip', PLAIN, CPU, 'nest-ws') },
  {
    what: 'the same with a guard and a pipe',
    limit: 1.2,
    measure: ratio('round-trip', ENHANCED, CPU, 'nest-ws'),
  },
  ...[128, 16_384].flatMap((bytes): Mark[] => [
    {
      what: `decode ${bytes} B, throughput: StompJS`,
      limit: 5,
      isLeast: true,
      measure: ratio('codec', `decode ${bytes} B`, 'perSecond', 'stompjs'),
    },
    {
      what: `encode ${bytes} B, throughput: StompJS`,
      limit: 3,
      isLeast: true,
      // As the server encodes for one receiver; StompJS knows one way only.
      measure: ratio(
        'codec',
        `encode for the only receiver ${bytes} B`,
        'perSecond',
        'stompjs',
        `encode ${bytes} B`,
      ),
    },
  ]),
  {
    what: 'idle session, KiB of heap above a bare connection',
    limit: 6,
    measure: (document) => {
      const ours = figure(document, 'idle', IDLE, 'ours', 'heapKiBPerSession');
      const bare = figure(document, 'idle', IDLE, 'raw', 'heapKiBPerSession');
      if (ours === undefined || bare === undefined) return undefined;
      return spreadOf(ours.samples.map((sample) => sample - bare.median));
    },
  },
  {
    what: 'idle sessions, resident memory: Spring',
    limit: 1 / 5,
    measure: ratio('idle', IDLE, 'residentMiB', 'spring'),
  },
  {
    what: '10 000 idle sessions, per cent of a core',
    limit: 5,
    measure: (document) => figure(document, 'idle', IDLE, 'ours', 'coresPercent'),
  },
  { what: 'publish among 100 000 literals: 100', limit: 1.1, measure: growth('literals', 100, 100_000) },
  { what: 'publish among 10 000 patterns: 10', limit: 2, measure: growth('patterns', 10, 10_000) },
  {
    what: 'p99 latency at half of saturation: the best peer',
    limit: 1,
    measure: (document) => {
      const ours = figure(document, 'latency', HALF, 'ours', 'p99Ms');
      const peers = peersOf(document).flatMap(
        (peer) => figure(document, 'latency', HALF, peer, 'p99Ms') ?? [],
      );
      const [best] = peers.sort((a, b) => a.median - b.median);
      return ours === undefined || best === undefined ? undefined : ratioOf(ours, best);
    },
  },
];

/** The table of the marks: each the ratio of ours to what stands behind the colon, unless it says a unit. */
export function marksTable(document: BenchDocument): string {
  const rows = MARKS.map(({ what, limit, isLeast = false, measure }) => {
    const found = measure(document);
    const asked = `${isLeast ? '≥' : '≤'} ${Number(limit.toPrecision(3))}`;
    if (found === undefined) return [what, asked, 'not measured', '–'];
    const isReached = isLeast ? found.median >= limit : found.median <= limit;
    return [what, asked, spread(found), isReached ? 'yes' : '**no**'];
  });
  return table(['ours to', 'mark', 'measured', 'reached'], rows);
}

function growth(kind: string, few: number, many: number): Mark['measure'] {
  return (document) => {
    const at = (count: number): Spread | undefined =>
      figure(document, 'publish', `publish among ${count} ${kind} that do not match`, 'ours', 'nanoseconds');
    const [least, most] = [at(few), at(many)];
    return least === undefined || most === undefined ? undefined : ratioOf(most, least);
  };
}

/** Everybody but us and the raw limit, which is no server. */
function peersOf({ results }: BenchDocument): readonly string[] {
  return [...new Set(results.map(({ server }) => server))].filter(
    (name) => name !== 'ours' && name !== 'raw',
  );
}

function worstThroughput(document: BenchDocument): Spread | undefined {
  const rows = document.results.filter(({ scenario, server }) => scenario === 'fan-out' && server === 'ours');
  const ratios = rows.flatMap(({ row, figures }) =>
    peersOf(document).flatMap((peer) => {
      const theirs = figure(document, 'fan-out', row, peer, 'perSecond');
      return theirs === undefined || figures['perSecond'] === undefined
        ? []
        : [ratioOf(figures['perSecond'], theirs)];
    }),
  );
  return ratios.sort((a, b) => a.median - b.median)[0];
}
