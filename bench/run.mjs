// `npm run bench`: builds the project, installs and builds the benchmark, and runs one of its programs.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const BENCH = fileURLToPath(new URL('./', import.meta.url));

const PROGRAMS = new Set(['main', 'cluster', 'compare', 'profile', 'report']);
const [first = '', ...others] = process.argv.slice(2);
const program = PROGRAMS.has(first) ? first : 'main';
const args = PROGRAMS.has(first) ? others : process.argv.slice(2);

const run = (cwd, command, ...args) => execFileSync(command, args, { cwd, stdio: 'inherit' });

if (!existsSync(`${ROOT}node_modules`)) {
  console.error('The project is not installed. Run npm ci first.');
  process.exit(1);
}
if (!existsSync(`${BENCH}node_modules/ws`)) run(BENCH, 'npm', 'ci', '--no-audit', '--no-fund');
if (program !== 'report') run(ROOT, 'npm', 'run', '--silent', 'build');
run(BENCH, `${ROOT}node_modules/.bin/tsc`, '-p', 'tsconfig.json');
try {
  run(process.cwd(), process.execPath, `${BENCH}dist/${program}.js`, ...args);
} catch (error) {
  // What went wrong it has said itself.
  process.exitCode = error.status ?? 1;
}
