import { describe, expect, it } from '@jest/globals';
import { isPattern, toGlob } from '../../../src/redis/redis-glob.js';

describe('the glob of an address', () => {
  it.each([
    ['app.d.*.x', 'app.d.?*.x'],
    ['app.d.*', 'app.d.?*'],
    ['app.*.*', 'app.?*.?*'],
    ['app.d.>', 'app.d.*'],
    ['*.d.>', '?*.d.*'],
    ['>', '*'],
  ])('of %s is %s', (address, glob) => {
    expect(isPattern(address)).toBe(true);
    expect(toGlob(address)).toBe(glob);
  });

  it('is not needed where a word only holds what others use', () => {
    expect(isPattern('app.d.a-b_c=2F')).toBe(false);
  });
});
