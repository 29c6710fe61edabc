import { describe, expect, it } from '@jest/globals';
import { negotiateVersion, STOMP_VERSIONS } from '../../../src/protocol/stomp-version.js';

describe('negotiateVersion', () => {
  it('takes an absent header for 1.0, on CONNECT and on STOMP [A69] [A70]', () => {
    expect(negotiateVersion(undefined)).toBe('1.0');
  });

  it.each([
    ['1.2', '1.2'],
    ['1.1', '1.1'],
    ['1.0', '1.0'],
    ['1.0,1.1,2.0', '1.1'],
    ['1.2,1.1,1.0', '1.2'],
    ['1.0,1.2', '1.2'],
    ['1.1,1.1', '1.1'],
    ['1.0,1.1,1.2', '1.2'],
  ])('agrees to the highest common version of %s [A67] [A71]', (offered, version) => {
    expect(negotiateVersion(offered)).toBe(version);
  });

  it.each(['2.0', '', ',', 'abc', ' '])('agrees to nothing of "%s" [A72] [A73]', (offered) => {
    expect(negotiateVersion(offered)).toBeUndefined();
  });

  it.each(['1.20', '01.2', 'v1.2', '1', '1.2.0', '1.2;1.1', '1,2', '1.2\t', '\u00A01.2', '1 .2'])(
    'compares tokens and not numbers, so "%s" is nothing it knows [A73]',
    (offered) => {
      expect(negotiateVersion(offered)).toBeUndefined();
    },
  );

  it('ignores spaces around a token [A42] [A73]', () => {
    expect(negotiateVersion('  1.1 ,  1.2 ')).toBe('1.2');
  });

  it('looks at the first 16 tokens only', () => {
    expect(negotiateVersion(`${'x,'.repeat(15)}1.2`)).toBe('1.2');
    expect(negotiateVersion(`${'x,'.repeat(16)}1.2`)).toBeUndefined();
  });
});

describe('STOMP_VERSIONS', () => {
  it('has the preferred version first and cannot be changed', () => {
    expect(STOMP_VERSIONS).toEqual(['1.2', '1.1', '1.0']);
    expect(Object.isFrozen(STOMP_VERSIONS)).toBe(true);
  });
});
