import { CLUSTER_SCENARIOS } from '../cluster/cluster-scenarios.js';
import { ENGINES, SINGLE } from '../cluster/engines.js';
import type { Result } from '../harness/results.js';
import { ratioOf, spreadOf, type Spread } from '../harness/statistics.js';
import { figure, type BenchDocument } from './bench-document.js';
import { growthModel } from './growth-model.js';
import { resultTable, spread, table } from './table.js';

/** The tables of several nodes: ratios to the single node of the same run first, then every figure. */
export function clusterSection(document: BenchDocument): string {
  return [
    '### A second node, as ratios to one node\n',
    throughputRatios(document),
    '\n### What a message is later at another node\n',
    addedLatencies(document),
    '\n### Growth\n',
    growthModel(document, titleOf),
    '\n### Every figure of several nodes\n',
    everyFigure(document),
  ].join('\n');
}

/** How engines are called in tables. */
export function titleOf(server: string): string {
  return ENGINES.find(({ name }) => name === server)?.title ?? server;
}

function throughputRatios(document: BenchDocument): string {
  const rows = ofSeveral(document, 'two-nodes').map(({ row, server, figures }) => [
    row,
    titleOf(server),
    ...['deliveriesPerSecond', 'cpuAllPerMillion'].map((name) =>
      ratio(document, 'two-nodes', row, server, name),
    ),
    ...['cpuAPerMillion', 'cpuBPerMillion', 'cpuEnginePerMillion'].map((name) => share(figures, name)),
  ]);
  return table(
    ['row', 'between', 'throughput', 'CPU of all', 'of it A', 'of it B', 'of it the engine'],
    rows,
  );
}

function addedLatencies(document: BenchDocument): string {
  const rows = ofSeveral(document, 'added-latency').map(({ row, server, figures }) => {
    const later = (part: 'p50' | 'p99'): string => {
      const [here, there] = [figures[`${part}AtAMs`], figures[`${part}AtBMs`]];
      if (here === undefined || there === undefined) return '–';
      return signedSpread(spreadOf(there.samples.map((ms, i) => ms - (here.samples[i] ?? Number.NaN))));
    };
    return [
      row,
      titleOf(server),
      ratio(document, 'added-latency', row, server, 'p50AtAMs'),
      ratio(document, 'added-latency', row, server, 'p50AtBMs', 'p50AtAMs'),
      later('p50'),
      later('p99'),
    ];
  });
  const head = ['row', 'between', 'p50 at A: one node', 'p50 at B: one node'];
  return table([...head, 'p50, ms later at B than at A', 'p99, ms later'], rows);
}

function everyFigure(document: BenchDocument): string {
  return CLUSTER_SCENARIOS.map(({ name, title }) => {
    const results = document.results.filter(({ scenario }) => scenario === name);
    const order = [...new Set(results.map(({ row }) => row))];
    const sorted = results.toSorted((a, b) => order.indexOf(a.row) - order.indexOf(b.row));
    return `#### ${title}\n\n${resultTable(sorted, titleOf)}`;
  }).join('\n\n');
}

/** Results of a scenario with several nodes, those of a row together. */
function ofSeveral({ results }: BenchDocument, scenario: string): readonly Result[] {
  const found = results.filter((result) => result.scenario === scenario);
  const order = [...new Set(found.map(({ row }) => row))];
  return found
    .filter(({ server }) => server !== SINGLE.name)
    .sort((a, b) => order.indexOf(a.row) - order.indexOf(b.row));
}

function ratio(
  document: BenchDocument,
  scenario: string,
  row: string,
  server: string,
  name: string,
  nameOfSingle = name,
): string {
  const several = figure(document, scenario, row, server, name);
  const single = figure(document, scenario, row, SINGLE.name, nameOfSingle);
  return several === undefined || single === undefined ? '–' : spread(ratioOf(several, single));
}

/** Which part of the CPU of all processes one of them has. */
function share(figures: Result['figures'], name: string): string {
  const [part, all] = [figures[name], figures['cpuAllPerMillion']];
  if (part === undefined || all === undefined) return '–';
  return `${Math.round(ratioOf(part, all).median * 100)} %`;
}

/** A difference may be below zero. */
function signedSpread({ median, min, max, samples }: Spread): string {
  const text = (value: number): string => value.toFixed(2);
  return samples.length < 2 ? text(median) : `${text(median)} (${text(min)} to ${text(max)})`;
}
