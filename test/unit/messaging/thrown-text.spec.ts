import { describe, expect, it } from '@jest/globals';
import { textOfThrown } from '../../../src/messaging/thrown-text.js';

describe('the text of what was thrown', () => {
  it.each<[string, unknown]>([
    ['TypeError: no', new TypeError('no')],
    ['a text', 'a text'],
    ['undefined', undefined],
    ["{ code: 1, why: 'so' }", { code: 1, why: 'so' }],
    ['[Object: null prototype] {}', Object.create(null)],
    ['Symbol(no)', Symbol('no')],
  ])('is %s', (text, thrown) => {
    expect(textOfThrown(thrown)).toBe(text);
  });
});
