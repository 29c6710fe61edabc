import { describe, expect, it } from '@jest/globals';
import { KNOWN } from '../../src/module/known-options.js';
import { closeCodesIn, codesInDocument, codesInSource } from './error-codes.js';
import { readSources, readText } from './repository.js';

const inSource = new Set([...readSources('src').values()].flatMap(codesInSource));
const inDocument = (): Set<string> => new Set(codesInDocument(readText('docs/errors.md')));

describe('docs/errors.md', () => {
  it('has codes of src to explain', () => {
    expect(inSource.size).toBeGreaterThan(0);
  });

  it('explains every error code of src', () => {
    const explained = inDocument();
    expect([...inSource].filter((code) => !explained.has(code))).toEqual([]);
  });

  it('explains no error code that src does not have', () => {
    expect([...inDocument()].filter((code) => !inSource.has(code))).toEqual([]);
  });
});

describe('the table of causes in docs/errors.md', () => {
  const [, section = ''] = readText('docs/errors.md').split('\n## Why a session ended\n');
  const [table = ''] = section.split('\n## ');
  const inTable = new Set([...codesInDocument(table), ...closeCodesIn(table)]);
  const closeCodes = new Set([...readSources('src').values()].flatMap(closeCodesIn));
  // These are never the end of a session: there is none yet.
  const never = new Set(['STOMP_ERR_CONFIGURATION', 'STOMP_ERR_HANDSHAKE']);

  it('has every code that may end a session', () => {
    expect(closeCodes.size).toBeGreaterThan(0);
    const causes = [...inSource, ...closeCodes].filter((code) => !never.has(code));
    expect(causes.filter((code) => !inTable.has(code))).toEqual([]);
  });

  it('has no other', () => {
    const known = new Set([...inSource, ...closeCodes]);
    expect([...inTable].filter((code) => !known.has(code) || never.has(code))).toEqual([]);
  });

  it('says for every row who ends the session, with which close code, and whether to connect again', () => {
    const rows = table.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      const cells = row.split('|').slice(1, -1);
      const [, who, close, , retry] = cells.map((cell) => cell.trim());
      expect(cells).toHaveLength(5);
      expect(['client', 'server', 'network']).toContain(who);
      expect(close).toMatch(/\d{4}|any/);
      expect(retry).toMatch(/^(yes|no|if)/);
    }
  });
});

describe('the table of options in README.md', () => {
  const [, table = ''] = readText('README.md').split('\n## Options\n');
  const inTable = new Set<string>();
  for (const [, cell = ''] of table.matchAll(/^\| (`[^|]*`) +\|/gm)) {
    const [first = '', ...others] = [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    inTable.add(first);
    // `interceptors.clientInbound` / `.broker`
    for (const other of others) inTable.add(first.replace(/\.[^.]*$/, other));
  }
  const known = Object.entries(KNOWN).flatMap(([place, names]) =>
    names.map((name) => (place === '' ? name : `${place}.${name}`)),
  );
  // Those that are no more than a place for others.
  const places = new Set(Object.keys(KNOWN).map((place) => place.replace('[]', '')));

  it('has every option', () => {
    expect(known.filter((name) => !places.has(name) && !inTable.has(name))).toEqual([]);
  });

  it('has no other', () => {
    expect([...inTable].filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe('the search for error codes', () => {
  it.each([
    [`throw new StompError('STOMP_ERR_A', 'x');`, ['STOMP_ERR_A']],
    [`export type Code = 'STOMP_ERR_A' | "STOMP_ERR_B_2";`, ['STOMP_ERR_A', 'STOMP_ERR_B_2']],
    ['const code = `STOMP_ERR_A`;', ['STOMP_ERR_A']],
    [`// the codes are STOMP_ERR_A and 'STOMP_ERR_B'`, []],
    [`const notACode = 'see STOMP_ERR_A';`, []],
  ])('in %s finds %j', (text, codes) => {
    expect(codesInSource(text)).toEqual(codes);
  });

  it('refuses a code that is pieced together, for it could not be found', () => {
    expect(() => codesInSource('const code = `STOMP_ERR_${kind}`;')).toThrow(
      'Write an error code as one string, not as a template: `STOMP_ERR_${kind}`',
    );
  });

  it('finds codes anywhere in a document', () => {
    expect(codesInDocument('## STOMP_ERR_A\n\nSee `STOMP_ERR_B_2`, not STOMP_ERROR.')).toEqual([
      'STOMP_ERR_A',
      'STOMP_ERR_B_2',
    ]);
  });
});
