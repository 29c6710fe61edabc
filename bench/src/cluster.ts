// `npm run bench:cluster`: measures several nodes beside one, prints tables, writes JSON.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CLUSTER_SCENARIOS } from './cluster/cluster-scenarios.js';
import type { ClusterScenario } from './cluster/cluster-scenario.js';
import type { Engine } from './cluster/engine.js';
import { ENGINES, IPC, SINGLE } from './cluster/engines.js';
import { runClusterScenario } from './cluster/run-cluster-scenario.js';
import { chosen } from './harness/chosen.js';
import { LoaderProcess } from './harness/loader-process.js';
import { describeMachine } from './harness/machine.js';
import { readOptions } from './harness/options.js';
import { Results } from './harness/results.js';
import type { Effort } from './harness/scenario.js';
import type { BenchDocument } from './report/bench-document.js';
import { titleOf } from './report/cluster-section.js';
import { resultTable } from './report/table.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const FULL: Effort = { rounds: 3, warmUpMs: 250, measureMs: 600, scale: 1, heartBeatMs: 0, idleMs: 0 };
const EFFORTS: Readonly<Record<'full' | 'quick' | 'smoke', Effort>> = {
  full: FULL,
  quick: { ...FULL, measureMs: 300, scale: 0.2 },
  smoke: { ...FULL, rounds: 1, warmUpMs: 0, measureMs: 1, scale: 0.005 },
};

const options = readOptions(process.argv.slice(2));
const effort = {
  ...EFFORTS[options.mode],
  ...(options.rounds === undefined ? {} : { rounds: options.rounds }),
};
const say = (text: string): void => console.error(text);

const scenarios = chosen<ClusterScenario>('--scenario', CLUSTER_SCENARIOS, options.scenarios);
// What shows that everything works needs nothing that is not there.
const everyEngine = options.mode === 'smoke' ? [SINGLE.name, IPC.name] : undefined;
const wanted = chosen<Engine>('--servers', ENGINES, options.servers ?? everyEngine);
const missing = new Map<string, string>();
for (const engine of wanted) {
  const reason = engine.missing();
  if (reason === undefined) continue;
  missing.set(engine.name, reason);
  say(`Missing: ${engine.title}. ${reason}`);
}
const engines = wanted.filter(({ name }) => !missing.has(name));

const machine = describeMachine(ROOT);
const results = new Results();
const loader = new LoaderProcess();
const startedAt = performance.now();
const name = options.mode === 'full' ? 'cluster' : `cluster-${options.mode}`;
const out = resolve(options.out ?? `${ROOT}bench/results/${name}.json`);
mkdirSync(dirname(out), { recursive: true });
try {
  for (const scenario of scenarios) {
    await runClusterScenario(scenario, engines, effort, loader, results, say);
    const rows = results.all().filter((result) => result.scenario === scenario.name);
    console.log(`\n${scenario.title}\n\n${resultTable(rows, titleOf)}\n`);
    // After each, so that a run that is interrupted has not been for nothing.
    save();
  }
} finally {
  loader.stop();
}

for (const { server, scenario, row, reason } of results.failures) {
  say(`Failed: ${server}, ${scenario}, ${row}: ${reason}`);
}
if (results.failures.length > 0) process.exitCode = 1;

function save(): void {
  const minutes = Math.round((performance.now() - startedAt) / 6000) / 10;
  const document: BenchDocument = {
    machine,
    mode: options.mode,
    rounds: effort.rounds,
    minutes,
    missing: Object.fromEntries(missing),
    failures: results.failures,
    results: results.all(),
  };
  writeFileSync(out, `${JSON.stringify(document, undefined, 1)}\n`);
  say(`Written to ${out} after ${minutes} minutes`);
}
