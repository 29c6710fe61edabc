// Packs the package and uses it as a stranger would, without a network: `npm run test:package`.
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What an application imports first, each a value of `nestjs-stomp`. The whole list is test/guard/public-api.json. */
const NAMES = [
  'MessageMapping',
  'SendTo',
  'SimpMessagingTemplate',
  'SimpleBroker',
  'StompAdapter',
  'StompModule',
];

/** The doors that need an optional peer dependency, and what an application imports there. */
const DOORS = {
  'nestjs-stomp/metrics': 'StompMetricsModule',
  'nestjs-stomp/tracing': 'StompTracingModule',
  'nestjs-stomp/health': 'StompHealthIndicator',
  'nestjs-stomp/redis': 'RedisClusterBus',
  'nestjs-stomp/nats': 'NatsClusterBus',
  'nestjs-stomp/ipc': 'IpcClusterBus',
};

/** The files that are packed beside dist. */
const BESIDE_DIST = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'];

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const temporary = mkdtempSync(join(tmpdir(), 'nestjs-stomp-package-'));
const consumer = join(temporary, 'consumer');
const OPTIONAL = Object.keys(manifest.peerDependenciesMeta ?? {});
const tally = { passed: 0, failed: 0 };

try {
  const tarball = pack();
  check('holds dist, the manifest and three documents, and nothing else', () => judgeFiles(tarball));
  check('satisfies publint', () => node(bin('publint'), 'run', '--strict', tarball));
  install(tarball);
  // Without the optional peers: the main door must not need them.
  check('is imported by an ES module', () => runConsumer('consumer.mjs', importing()));
  check('is required by a CommonJS module', () => runConsumer('consumer.cjs', requiring()));
  writeFileSync(join(consumer, 'consumer.ts'), typed());
  link(OPTIONAL);
  check('opens its doors to optional peers when these are there', () => runConsumer('doors.mjs', opening()));
  check('type-checks under module nodenext', () => typeCheck({ module: 'nodenext' }));
  check('type-checks under moduleResolution bundler', () =>
    typeCheck({ module: 'esnext', moduleResolution: 'bundler' }),
  );
} catch (error) {
  report(false, 'is packed and unpacked', error);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 ? 0 : 1;

function check(claim, prove) {
  try {
    prove();
    report(true, claim);
  } catch (error) {
    report(false, claim, error);
  }
}

function report(held, claim, error) {
  tally[held ? 'passed' : 'failed'] += 1;
  console.log(`${held ? 'ok    ' : 'FAILED'} the package ${claim}`);
  if (!held) console.log([error.message, error.stdout].filter(Boolean).join('\n'));
}

/** `npm pack` builds first: the manifest's `prepack`. */
function pack() {
  run('npm', ['pack', '--pack-destination', temporary], ROOT);
  const name = readdirSync(temporary).find((file) => file.endsWith('.tgz'));
  if (name === undefined) throw new Error('npm pack wrote no tarball');
  return join(temporary, name);
}

function judgeFiles(tarball) {
  const entries = run('tar', ['-tzf', tarball]).split('\n').filter(Boolean);
  const files = new Set(entries.map((entry) => entry.replace(/^package\//, '')));
  const built = readdirSync(join(ROOT, 'src'), { recursive: true })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [file.replace(/\.ts$/, '.js'), file.replace(/\.ts$/, '.d.ts')])
    .map((file) => `dist/${file}`);
  const expected = new Set([...BESIDE_DIST, ...built]);
  const missing = [...expected].filter((file) => !files.has(file));
  const surplus = [...files].filter((file) => !expected.has(file));
  if (missing.length + surplus.length > 0) {
    throw new Error(
      `missing: ${missing.join(', ') || 'none'}; not expected: ${surplus.join(', ') || 'none'}`,
    );
  }
}

/** The tarball's own files, beside links to what its manifest says it needs: anything else it imports is not found. */
function install(tarball) {
  const home = join(consumer, 'node_modules', manifest.name);
  mkdirSync(home, { recursive: true });
  run('tar', ['-xzf', tarball, '-C', home, '--strip-components=1']);
  const needed = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  link([...needed.filter((name) => !OPTIONAL.includes(name)), '@types/node']);
  writeFileSync(join(consumer, 'package.json'), '{ "type": "module" }');
}

function link(names) {
  for (const name of names) {
    const path = join(consumer, 'node_modules', name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), path);
  }
}

/** Those of {@link DOORS}, each by a value that it exports. */
function opening() {
  return Object.entries(DOORS)
    .map(
      ([door, name]) =>
        `import { ${name} } from '${door}'; if (${name} === undefined) throw new Error('${door}');`,
    )
    .join('\n');
}

function importing() {
  return `
    import * as stomp from 'nestjs-stomp';
    import * as protocol from 'nestjs-stomp/protocol';
    import * as testing from 'nestjs-stomp/testing';
    ${asserting()}`;
}

function requiring() {
  return `
    const stomp = require('nestjs-stomp');
    const protocol = require('nestjs-stomp/protocol');
    const testing = require('nestjs-stomp/testing');
    ${asserting()}`;
}

function asserting() {
  return `
    const missing = ${JSON.stringify(NAMES)}.filter((name) => stomp[name] === undefined);
    if (missing.length > 0) throw new Error('nestjs-stomp exports no ' + missing.join(', '));
    if (Object.keys(protocol).length === 0) throw new Error('nestjs-stomp/protocol exports nothing');
    if (testing.StompTestKit === undefined) throw new Error('nestjs-stomp/testing exports no StompTestKit');`;
}

function typed() {
  return `
    import * as stomp from 'nestjs-stomp';
    import * as protocol from 'nestjs-stomp/protocol';
    import * as testing from 'nestjs-stomp/testing';
    export const values: readonly unknown[] = [${NAMES.map((name) => `stomp.${name}`).join(', ')}];
    export const codec: object = protocol;
    export const kit: object = testing.StompTestKit;`;
}

function runConsumer(file, text) {
  writeFileSync(join(consumer, file), text);
  node(join(consumer, file));
}

/** Strict, and the declarations of every package are checked as well as the consumer's own file. */
function typeCheck(resolution) {
  const compilerOptions = {
    target: 'es2022',
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    types: ['node'],
  };
  const config = { compilerOptions: { ...compilerOptions, ...resolution }, files: ['consumer.ts'] };
  writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify(config));
  node(bin('typescript', 'tsc'), '-p', consumer);
}

/** The script behind a command of the repository's own packages. */
function bin(name, command = name) {
  const home = join(ROOT, 'node_modules', name);
  const { bin: scripts } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  return join(home, typeof scripts === 'string' ? scripts : scripts[command]);
}

function node(...args) {
  return run(process.execPath, args, temporary);
}

function run(command, args, cwd) {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe', timeout: 120_000 });
}
