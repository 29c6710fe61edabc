// `npm run bench:report`: writes the tables and plots of a run into docs/performance.md.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MICROS } from './harness/micro.js';
import { PEERS } from './harness/peers.js';
import { readDocument, type BenchDocument } from './report/bench-document.js';
import { clusterSection, titleOf as titleOfEngine } from './report/cluster-section.js';
import { readProfiles } from './profile/profile-document.js';
import { marksTable } from './report/marks.js';
import { plotsOf } from './report/plots.js';
import { profileSection } from './report/profile-section.js';
import { resultTable } from './report/table.js';
import { scenariosOf } from './scenarios/scenarios.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = `${ROOT}docs/performance.md`;
const CLUSTER = `${ROOT}bench/results/cluster.json`;
const PROFILE = `${ROOT}bench/results/profile.json`;
const [path = `${ROOT}bench/results/full.json`] = process.argv.slice(2);
const document = readDocument(path);

const titleOf = (server: string): string =>
  server === 'stompjs' ? 'StompJS' : (PEERS.find(({ name }) => name === server)?.title ?? server);

let page = readFileSync(PAGE, 'utf8');
page = between(page, 'machine', machineText(document, 'npm run bench', titleOf));
page = between(page, 'marks', marksTable(document));
page = between(page, 'results', tables(document));
// A run of its own, later or earlier than the other one.
if (existsSync(CLUSTER)) {
  const cluster = readDocument(CLUSTER);
  page = between(page, 'cluster-machine', machineText(cluster, 'npm run bench:cluster', titleOfEngine));
  page = between(page, 'cluster', clusterSection(cluster));
}
if (existsSync(PROFILE)) page = between(page, 'profile', profileSection(readProfiles(PROFILE)));
writeFileSync(PAGE, page);
mkdirSync(`${ROOT}docs/performance`, { recursive: true });
for (const [name, svg] of plotsOf(document, titleOf)) writeFileSync(`${ROOT}docs/performance/${name}`, svg);
console.error(`Written to ${PAGE}`);

function machineText(
  { machine, rounds, minutes, note, missing, failures }: BenchDocument,
  command: string,
  titleOf: (server: string) => string,
): string {
  const { date, commit, node, system, cores, memoryGiB, loadAverage } = machine;
  const lines = [
    `Measured on ${date} at ${commit} with \`${command}\`: ${rounds} rounds in ${minutes} minutes, Node ${node}, ${system}, ` +
      `${cores} cores, ${memoryGiB} GiB, load average ${loadAverage.toFixed(2)} at the beginning.`,
    ...(note === undefined ? [] : [note]),
    ...Object.entries(missing).map(([server, reason]) => `Missing: ${titleOf(server)}. ${reason}`),
    ...failures.map(
      ({ server, scenario, row, reason }) => `Failed: ${titleOf(server)}, ${scenario}, ${row}: ${reason}`,
    ),
  ];
  return lines.join('\n\n');
}

function tables(document: BenchDocument): string {
  return [...scenariosOf('cross'), ...MICROS]
    .map(({ name, title }) => {
      const results = document.results.filter(({ scenario }) => scenario === name);
      const order = [...new Set(results.map(({ row }) => row))];
      results.sort((a, b) => order.indexOf(a.row) - order.indexOf(b.row));
      return `### ${title}\n\n${resultTable(results, titleOf)}`;
    })
    .join('\n\n');
}

/** @throws Error when the page has no such place */
function between(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`${PAGE} has no place between ${begin} and ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}
