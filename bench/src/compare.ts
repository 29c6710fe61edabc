// `npm run bench:compare <rev>`: this tree and a revision of it in turn, and the ratios. Above 1 is slower, or larger.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LoaderProcess } from './harness/loader-process.js';
import { otherBuild, PEERS } from './harness/peers.js';
import { Results, type Result } from './harness/results.js';
import { runScenario } from './harness/run-scenario.js';
import { ratioOf } from './harness/statistics.js';
import { spread, table } from './report/table.js';
import { fanOutOf } from './scenarios/fan-out.js';
import { roundTrips } from './scenarios/round-trips.js';
import { connects } from './scenarios/connects.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ROUNDS = 5;
const EFFORT = { rounds: ROUNDS, warmUpMs: 500, measureMs: 1000, scale: 1, heartBeatMs: 0, idleMs: 0 };
const GROUPS = [{ subscribers: 1000, ids: 'same', bodies: [128] }] as const;

const [revision = 'HEAD'] = process.argv.slice(2);
const commit = execFileSync('git', ['-C', ROOT, 'rev-parse', '--short', revision]).toString().trim();
const folder = mkdtempSync(join(tmpdir(), 'stomp-bench-compare-'));
const tree = join(folder, 'tree');
const loader = new LoaderProcess();
try {
  execFileSync('git', ['-C', ROOT, 'worktree', 'add', '--detach', tree, commit], { stdio: 'ignore' });
  // Both with the same dependencies: it is our code that is compared.
  symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: tree, stdio: 'inherit' });
  const ours = PEERS.find(({ name }) => name === 'ours');
  if (ours === undefined) throw new Error('The benchmark does not know this project');
  const results = new Results();
  const peers = [ours, otherBuild(join(tree, 'dist'), commit)];
  for (const scenario of [fanOutOf(GROUPS), roundTrips, connects]) {
    await runScenario(scenario, peers, EFFORT, loader, results, (text) => console.error(text));
  }
  console.log(`\nThis tree compared with ${commit}: medians of ${ROUNDS} rounds\n`);
  console.log(table(['row', 'CPU', 'throughput', 'resident'], rowsOf(results.all())));
  for (const { row, server, reason } of results.failures)
    console.error(`Failed: ${server}, ${row}: ${reason}`);
  if (results.failures.length > 0) process.exitCode = 1;
} finally {
  loader.stop();
  execFileSync('git', ['-C', ROOT, 'worktree', 'remove', '--force', tree], { stdio: 'ignore' });
  rmSync(folder, { recursive: true, force: true });
}

function rowsOf(results: readonly Result[]): string[][] {
  return results
    .filter(({ server }) => server === 'ours')
    .map(({ scenario, row, figures }) => {
      const base = results.find(
        (other) => other.server === 'base' && other.scenario === scenario && other.row === row,
      );
      const ratio = (name: string): string => {
        const [mine, theirs] = [figures[name], base?.figures[name]];
        return mine === undefined || theirs === undefined ? '–' : spread(ratioOf(mine, theirs));
      };
      return [`${scenario}: ${row}`, ratio('cpuSecondsPerMillion'), ratio('perSecond'), ratio('residentMiB')];
    });
}
