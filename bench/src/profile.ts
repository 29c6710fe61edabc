// `npm run bench:profile`: what servers do with their time in the rows that matter most, prints a table, writes JSON.
import { mkdirSync, writeFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { LoaderProcess } from './harness/loader-process.js';
import { describeMachine } from './harness/machine.js';
import { PEERS } from './harness/peers.js';
import { sampleOf } from './harness/results.js';
import { startNodeServer, type NodeServer } from './harness/server-process.js';
import type { Measured } from './loader/measured.js';
import type { LoaderTask, ServerAddress } from './loader/protocol.js';
import { timesByFunction, timesByPlace, type Times } from './profile/places.js';
import type { Profile, ProfileDocument } from './profile/profile-document.js';
import { profileSection } from './report/profile-section.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BODY_BYTES = 128;
const FUNCTIONS = 10;
const FULL = { name: 'profile', subscribers: 1000, sessions: 64, warmUpMs: 3000, measureMs: 4000 };
/** Hardly any: it shows that everything works. */
const SMOKE = { name: 'profile-smoke', subscribers: 5, sessions: 2, warmUpMs: 1, measureMs: 100 };

const { values } = parseArgs({ options: { smoke: { type: 'boolean', default: false } } });
const effort = values.smoke ? SMOKE : FULL;
const out = `${ROOT}bench/results/${effort.name}.json`;

/** What is loaded, and what stands beside our server. */
interface Row {
  readonly title: string;
  readonly beside: string;
  task(server: ServerAddress, warmUpMs: number, measureMs: number): LoaderTask;
}

const fanOut = (burst: number): Row['task'] => {
  return (_server, warmUpMs, measureMs) => ({
    kind: 'fan-out',
    load: { bodyBytes: BODY_BYTES, burst, warmUpMs, measureMs },
  });
};

const ROWS: readonly Row[] = [
  { title: 'fan-out singly', beside: 'raw', task: fanOut(1) },
  { title: 'fan-out in tens', beside: 'raw', task: fanOut(10) },
  {
    title: 'round trip',
    beside: 'nest-ws',
    task: (server, warmUpMs, measureMs) => ({
      kind: 'round-trips',
      server,
      load: { sessions: effort.sessions, bodyBytes: BODY_BYTES, handler: 'plain', warmUpMs, measureMs },
    }),
  },
];

const machine = describeMachine(ROOT);
const loader = new LoaderProcess();
const profiles: Profile[] = [];
try {
  for (const row of ROWS) {
    for (const name of ['ours', row.beside]) profiles.push(await profileOf(row, name));
  }
} finally {
  loader.stop();
}
const document: ProfileDocument = { machine, profiles };
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, `${JSON.stringify(document, undefined, 1)}\n`);
console.log(profileSection(document));

async function profileOf(row: Row, name: string): Promise<Profile> {
  console.error(`${row.title}: ${name}`);
  const peer = PEERS.find((each) => each.name === name);
  if (peer === undefined) throw new Error(`The benchmark does not know ${name}`);
  const server: NodeServer = await startNodeServer(`${name}.js`);
  try {
    const address: ServerAddress = { port: server.port, pid: server.pid, dialect: peer.dialect };
    await loader.run({
      kind: 'gather',
      server: address,
      subscribers: effort.subscribers,
      ids: 'same',
      way: 'direct',
      isOrdered: true,
    });
    await loader.run(row.task(address, effort.warmUpMs, 1));
    await server.ask('profile');
    const measured = await loader.run<Measured>(row.task(address, 0, effort.measureMs));
    const profile = await server.ask<Profiler.Profile>('profiled');
    await loader.run({ kind: 'close' });
    const cpuMicros = sampleOf(measured)['cpuSecondsPerMillion'] ?? Number.NaN;
    return {
      row: row.title,
      server: name,
      cpuMicros,
      places: partsOf(timesByPlace(profile), cpuMicros),
      functions: partsOf(timesByFunction(profile), cpuMicros, FUNCTIONS),
    };
  } finally {
    await server.stop();
  }
}

/** What of the CPU of one goes where: the largest first. */
function partsOf(times: Times, cpuMicros: number, most = Infinity): Record<string, number> {
  const all = [...times.values()].reduce((sum, time) => sum + time, 0);
  const largest = [...times].toSorted(([, a], [, b]) => b - a).slice(0, most);
  return Object.fromEntries(largest.map(([name, time]) => [name, (cpuMicros * time) / all]));
}
