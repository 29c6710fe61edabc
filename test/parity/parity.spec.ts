import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { closeTestApps } from '../support/test-app.js';
import { isAllowedToDiffer, keptHere, keyOf, springTranscriptOf } from './comparison.js';
import { DIFFERENCES } from './differences.js';
import { startParityApplication } from './nest/application.js';
import { Player } from './player.js';
import { VARIANTS, type Variant } from './scenario.js';
import { AREAS } from './scenarios/all.js';
import { countsTable, differencesTable } from './table.js';
import { writeTranscripts, type Transcript } from './transcripts.js';

/** Keeps what this server does where it may differ, and writes the tables of the document. */
const isUpdate = process.env.UPDATE_PARITY === '1';
const DOCUMENT = new URL('../../docs/coming-from-spring.md', import.meta.url);

const origins = new Map<Variant, string>();

beforeAll(async () => {
  for (const variant of VARIANTS) origins.set(variant, await startParityApplication(variant));
});
afterAll(closeTestApps);

describe.each(AREAS)('parity with Spring: $name', (area) => {
  const differing: Transcript[] = [];

  it.each(area.scenarios)('$title', async (scenario) => {
    const spring = springTranscriptOf(area, scenario);
    const received = await Player.play(origins.get(scenario.variant) ?? '', scenario);
    if (!isAllowedToDiffer(area, scenario)) {
      expect(received).toEqual(spring.received);
      return;
    }
    // Not in the list any more, if it does not differ any more.
    expect(received).not.toEqual(spring.received);
    if (isUpdate) differing.push({ ...spring, received });
    else expect(received).toEqual(keptHere(area, scenario));
  });

  afterAll(async () => {
    if (isUpdate && differing.length > 0) await writeTranscripts('here', area, differing);
  });
});

describe('the scenarios', () => {
  it('are at least 120', () => {
    expect(AREAS.flatMap(({ scenarios }) => scenarios).length).toBeGreaterThanOrEqual(120);
  });

  it('have titles of their own within their area', () => {
    const keys = AREAS.flatMap((area) => area.scenarios.map((scenario) => keyOf(area, scenario)));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it.each(AREAS)('$name: a transcript shows at least what the server answered to somebody', (area) => {
    for (const scenario of area.scenarios) {
      const lines = Object.values(springTranscriptOf(area, scenario).received);
      expect(lines.length).toBeGreaterThan(0);
    }
  });
});

describe('the list of differences', () => {
  const keys = new Set(AREAS.flatMap((area) => area.scenarios.map((scenario) => keyOf(area, scenario))));

  it('names scenarios that exist', () => {
    expect(DIFFERENCES.flatMap(({ scenarios = [] }) => scenarios).filter((key) => !keys.has(key))).toEqual(
      [],
    );
  });

  it('says of each difference why, and what shows it', () => {
    for (const { spring, why, scenarios = [], shownBy } of DIFFERENCES) {
      expect({ spring, why }).not.toEqual({ spring, why: '' });
      const shown = shownBy !== undefined && existsSync(new URL(`../../${shownBy}`, import.meta.url));
      expect({ spring, isShown: scenarios.length > 0 || shown }).toEqual({ spring, isShown: true });
    }
  });
});

describe('docs/coming-from-spring.md', () => {
  it.each([
    ['scenarios', countsTable],
    ['differences', differencesTable],
  ])('has the table of %s', async (name, table) => {
    const text = readFileSync(DOCUMENT, 'utf8');
    const place = new RegExp(`(<!-- ${name}: [^\\n]*-->\\n\\n)[^]*?(\\n\\n<!-- end of ${name} -->)`);
    expect(text).toMatch(place);
    const expected = await table();
    const updated = text.replace(place, (_, before: string, after: string) => `${before}${expected}${after}`);
    if (isUpdate) writeFileSync(DOCUMENT, updated);
    else expect(isDeepStrictEqual(updated, text) ? text : updated).toBe(text);
  });
});
