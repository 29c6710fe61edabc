/**
 * Plays every scenario against Spring and keeps what it answered. With `--check` nothing is written: the answers are
 * compared with those that are kept, and a difference is a failure.
 */
import { isDeepStrictEqual } from 'node:util';
import { Player } from './player.js';
import type { Area, Scenario } from './scenario.js';
import { AREAS } from './scenarios/all.js';
import { SpringApplication, whatSpringLacks } from './spring-application.js';
import { readTranscripts, writeTranscripts, type Transcript } from './transcripts.js';

const isCheck = process.argv.includes('--check');

const lacking = await whatSpringLacks();
if (lacking !== undefined) {
  console.error(`PARITY WITH SPRING IS NOT RECORDED: ${lacking}`);
  process.exit(3);
}

const failures: string[] = [];
const first = await playAll();
const second = isCheck ? undefined : await playAll();

for (const area of AREAS) {
  const played = first.get(area) ?? [];
  const kept = readTranscripts('spring', area);
  for (const [index, transcript] of played.entries()) {
    const other = second === undefined ? kept.get(transcript.title) : second.get(area)?.[index];
    if (isDeepStrictEqual(transcript, other)) continue;
    const received = [transcript, other].map((each) => `  ${JSON.stringify(each?.received)}`);
    failures.push([`${area.name}: ${transcript.title}`, ...received].join('\n'));
  }
}
if (!isCheck && failures.length === 0) {
  for (const area of AREAS) await writeTranscripts('spring', area, first.get(area) ?? []);
}

for (const failure of failures) console.error(failure);
const count = [...first.values()].reduce((sum, { length }) => sum + length, 0);
const done = isCheck ? 'compared with what is kept' : 'played against two runs of the server';
console.log(`${count} scenarios ${done}, ${failures.length} differ`);
process.exit(failures.length === 0 ? 0 : 1);

/** Each time with a server of its own, because a server remembers. */
async function playAll(): Promise<Map<Area, Transcript[]>> {
  const spring = await SpringApplication.start();
  try {
    const transcripts = new Map<Area, Transcript[]>();
    for (const area of AREAS) {
      const played: Transcript[] = [];
      for (const scenario of area.scenarios) played.push(await play(spring, scenario));
      transcripts.set(area, played);
    }
    return transcripts;
  } finally {
    await spring.stop();
  }
}

/**
 * Tomcat closes a socket whose input it has not read, which throws away what it had sent: then the scenario is played
 * again.
 */
async function play(spring: SpringApplication, scenario: Scenario): Promise<Transcript> {
  const { title, variant, steps } = scenario;
  const origin = spring.origins.get(variant) ?? '';
  let received = await Player.play(origin, scenario);
  for (let attempt = 0; attempt < 20 && JSON.stringify(received).includes('closed 1006'); attempt += 1) {
    received = await Player.play(origin, scenario);
  }
  return { title, variant, steps, received };
}
