import { isDeepStrictEqual } from 'node:util';
import { DIFFERENCES } from './differences.js';
import type { Received } from './player.js';
import type { Area, Scenario } from './scenario.js';
import { readTranscripts, type Transcript } from './transcripts.js';

/** What a scenario is called in the list of differences. */
export function keyOf(area: Area, { title }: Scenario): string {
  return `${area.name}: ${title}`;
}

const allowed = new Set(DIFFERENCES.flatMap(({ scenarios = [] }) => scenarios));

/** Whether the list of differences has a scenario. */
export function isAllowedToDiffer(area: Area, scenario: Scenario): boolean {
  return allowed.has(keyOf(area, scenario));
}

/**
 * What Spring answered.
 *
 * @throws Error when it was never asked, or asked something else
 */
export function springTranscriptOf(area: Area, scenario: Scenario): Transcript {
  const transcript = readTranscripts('spring', area).get(scenario.title);
  if (transcript === undefined || !isDeepStrictEqual(asJson(transcript.steps), asJson(scenario.steps))) {
    throw new Error(
      `${keyOf(area, scenario)} is not what was played against Spring. Run npm run parity:record where Java and Maven are installed`,
    );
  }
  return transcript;
}

/** What is kept of this server where it differs from Spring, so that it does not drift. */
export function keptHere(area: Area, scenario: Scenario): Received | undefined {
  return readTranscripts('here', area).get(scenario.title)?.received;
}

/** A step has options that are left out; JSON has no `undefined`. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
