import { readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import type { Received } from './player.js';
import type { Area, Step, Variant } from './scenario.js';

/** One scenario as it went. */
export interface Transcript {
  readonly title: string;
  readonly variant: Variant;
  /** What was done: the scenario as it was when this was recorded. */
  readonly steps: readonly Step[];
  readonly received: Received;
}

const pathOf = (server: 'spring' | 'here', { name }: Area): URL =>
  new URL(
    `transcripts/${server}/${name
      .toLowerCase()
      .replace(/[^a-z]+/g, '-')
      .replace(/^-|-$/g, '')}.json`,
    import.meta.url,
  );

/** @returns by the title of the scenario; empty when nothing was recorded */
export function readTranscripts(server: 'spring' | 'here', area: Area): ReadonlyMap<string, Transcript> {
  try {
    const list = JSON.parse(readFileSync(pathOf(server, area), 'utf8')) as Transcript[];
    return new Map(list.map((transcript) => [transcript.title, transcript]));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
}

export async function writeTranscripts(
  server: 'spring' | 'here',
  area: Area,
  transcripts: readonly Transcript[],
): Promise<void> {
  writeFileSync(
    pathOf(server, area),
    await format(JSON.stringify(transcripts), { parser: 'json', printWidth: 110 }),
  );
}
