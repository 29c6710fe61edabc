import { describe, expect, it } from '@jest/globals';
import { codesInDocument, codesInSource } from './error-codes.js';
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
