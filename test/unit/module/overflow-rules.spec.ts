import { describe, expect, it } from '@jest/globals';
import { overflowRules } from '../../../src/module/overflow-rules.js';

describe('the rules for slow clients', () => {
  it('are none by default, so that nobody looks at them', () => {
    expect(overflowRules(undefined, '/')).toBeUndefined();
    expect(overflowRules('disconnect', '/')).toBeUndefined();
  });

  it('may be one policy for everything', () => {
    expect(overflowRules('conflate', '/')?.('/anything')).toBe('conflate');
  });

  it('are asked in order, and what matches none gives the client up', () => {
    const policyOf = overflowRules(
      [
        { destination: '/topic/price.gold', policy: 'drop-oldest' },
        { destination: '/topic/price.*', policy: 'conflate' },
      ],
      '/',
    );
    expect(
      ['/topic/price.gold', '/topic/price.acme', '/topic/other'].map((name) => policyOf?.(name)),
    ).toEqual(['drop-oldest', 'conflate', 'disconnect']);
  });

  it('separate segments as the application does', () => {
    const policyOf = overflowRules([{ destination: 'topic.*', policy: 'conflate' }], '.');
    expect([policyOf?.('topic.a'), policyOf?.('topic.a.b')]).toEqual(['conflate', 'disconnect']);
  });
});
