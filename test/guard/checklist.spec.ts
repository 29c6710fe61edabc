import { describe, expect, it } from '@jest/globals';
import { CLAUSE_GROUPS, EXEMPT } from '../conformance/clauses.js';
import { clausesOf, clauseTagsIn } from './clause-tags.js';
import { readSources } from './repository.js';

const clauses = clausesOf(CLAUSE_GROUPS);

/** The specs that name each clause. The guard's own are left out: they only talk about tags. */
const specs = new Map<string, string[]>();
for (const [path, text] of readSources('test')) {
  if (!path.endsWith('.spec.ts') || path.startsWith('test/guard/')) continue;
  for (const tag of clauseTagsIn(text)) specs.set(tag, [...(specs.get(tag) ?? []), path]);
}

describe('the checklist', () => {
  it('has the clauses A1 to A200 and D1 to D100, each once', () => {
    const all = clausesOf([
      { subject: 'all', letter: 'A', first: 1, last: 200 },
      { subject: 'all', letter: 'D', first: 1, last: 100 },
    ]);
    expect(clauses).toEqual(all);
  });

  it('has a test for every clause, or a reason why there is none', () => {
    expect(clauses.filter((clause) => !specs.has(clause) && EXEMPT[clause] === undefined)).toEqual([]);
  });

  it('gives no reason for a clause that has a test after all', () => {
    expect(Object.keys(EXEMPT).filter((clause) => specs.has(clause))).toEqual([]);
  });

  it('knows every clause that a test names, and every exempt one', () => {
    const known = new Set(clauses);
    const named = [...specs].filter(([tag]) => !known.has(tag));
    expect([...named, ...Object.keys(EXEMPT).filter((clause) => !known.has(clause))]).toEqual([]);
  });

  it('gives each reason as one sentence', () => {
    for (const reason of Object.values(EXEMPT)) expect(reason).toMatch(/^[A-Z].{20,}\.$/);
  });
});

describe('the search for clauses', () => {
  it.each([
    [`it('answers [A1] [D20]', () => undefined);`, ['A1', 'D20']],
    [`it.each([['a flood [D3]', 1]])('%s is refused [A4]', () => undefined);`, ['A4', 'D3']],
    ['it(`of ${what} is refused [A5]`, () => undefined);', ['A5']],
    [`// [A1]\n/** [A2] */`, []],
    [`it('is refused [EP-1] [B6] [AB] (A7)', () => undefined);`, []],
    [`it.skip('answers [A1]', () => undefined);`, []],
    [`describe.skip('x', () => { it('answers [A1]', () => undefined); });`, []],
    [`xit('answers [A1]', () => undefined); it.todo('answers [A2]');`, []],
    [`it.skip.each([['[A1]']])('%s', () => undefined);`, []],
  ])('in %s finds %j', (text, tags) => {
    expect(clauseTagsIn(text).toSorted()).toEqual(tags);
  });
});
