// `npm run bench:profile`: what servers do with their time in the rows that matter most, prints a table, writes JSON.
import { mkdirSync, writeFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
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
const OUT = `${ROOT}bench/results/profile.json`;
const SUBSCRIBERS = 1000;
const BODY_BYTES = 128;
const SESSIONS = 64;
const WARM_UP_MS = 3000;
const MEASURE_MS = 4000;
const FUNCTIONS = 10;

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
      load: { sessions: SESSIONS, bodyBytes: BODY_BYTES, handler: 'plain', warmUpMs, measureMs },
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
mkdirSync(dirname(OUT), { recursive: true });
writeFileSync(OUT, `${JSON.stringify(document, undefined, 1)}\n`);
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
      subscribers: SUBSCRIBERS,
      ids: 'same',
      way: 'direct',
      isOrdered: true,
    });
    await loader.run(row.task(address, WARM_UP_MS, 1));
    await server.ask('profile');
    const measured = await loader.run<Measured>(row.task(address, 0, MEASURE_MS));
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
