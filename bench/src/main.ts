// `npm run bench`: measures the servers in turn, prints tables, writes JSON.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LoaderProcess } from './harness/loader-process.js';
import { MICROS, runMicro, type Micro } from './harness/micro.js';
import { describeMachine } from './harness/machine.js';
import { chosen } from './harness/chosen.js';
import { readOptions } from './harness/options.js';
import type { Peer } from './harness/peer.js';
import { PEERS } from './harness/peers.js';
import { Results } from './harness/results.js';
import { runScenario } from './harness/run-scenario.js';
import type { Effort, Scenario } from './harness/scenario.js';
import { resultTable } from './report/table.js';
import { scenariosOf } from './scenarios/scenarios.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const EFFORTS: Readonly<Record<'full' | 'quick' | 'smoke', Effort>> = {
  full: { rounds: 3, warmUpMs: 250, measureMs: 600, scale: 1, heartBeatMs: 10_000, idleMs: 10_000 },
  quick: { rounds: 3, warmUpMs: 200, measureMs: 500, scale: 0.2, heartBeatMs: 10_000, idleMs: 10_000 },
  smoke: { rounds: 1, warmUpMs: 0, measureMs: 1, scale: 0.005, heartBeatMs: 1000, idleMs: 100 },
};

const options = readOptions(process.argv.slice(2));
const effort = {
  ...EFFORTS[options.mode],
  ...(options.rounds === undefined ? {} : { rounds: options.rounds }),
};
const say = (text: string): void => console.error(text);

const scenarios = chosen<Scenario | Micro>(
  '--scenario',
  [...MICROS, ...scenariosOf(options.matrix)],
  options.scenarios,
);
const wanted = chosen<Peer>('--servers', PEERS, options.servers);
const missing = new Map<string, string>();
for (const peer of wanted) {
  const reason = peer.missing();
  if (reason === undefined) continue;
  missing.set(peer.name, reason);
  say(`Missing: ${peer.title}. ${reason}`);
}
const peers = wanted.filter(({ name }) => !missing.has(name));
const titleOf = (server: string): string => PEERS.find(({ name }) => name === server)?.title ?? server;

const machine = describeMachine(ROOT);
const results = new Results();
const loader = new LoaderProcess();
const startedAt = performance.now();
try {
  for (const scenario of scenarios) {
    if ('run' in scenario) await runScenario(scenario, peers, effort, loader, results, say);
    else await runMicro(scenario, effort, results, say);
    const rows = results.all().filter((result) => result.scenario === scenario.name);
    console.log(`\n${scenario.title}\n\n${resultTable(rows, titleOf)}\n`);
  }
} finally {
  loader.stop();
}

const out = resolve(options.out ?? `${ROOT}bench/results/${options.mode}.json`);
mkdirSync(dirname(out), { recursive: true });
const document = {
  machine,
  mode: options.mode,
  rounds: effort.rounds,
  minutes: Math.round((performance.now() - startedAt) / 6000) / 10,
  missing: Object.fromEntries(missing),
  failures: results.failures,
  results: results.all(),
};
writeFileSync(out, `${JSON.stringify(document, undefined, 1)}\n`);
say(`Written to ${out} after ${document.minutes} minutes`);
for (const { server, scenario, row, reason } of results.failures) {
  say(`Failed: ${server}, ${scenario}, ${row}: ${reason}`);
}
if (results.failures.length > 0) process.exitCode = 1;
