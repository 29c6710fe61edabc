import { describe, expect, it } from '@jest/globals';
import { DestinationPattern } from '../../../../src/messaging/destination/destination-pattern.js';

/** How many comparisons it takes to find out that the destination does not match. */
function stepsToRefuse(source: string, destination: string): number {
  const meter = { steps: 0 };
  expect(DestinationPattern.compile(source, {}, meter).matches(destination)).toBe(false);
  return meter.steps;
}

describe('[D73] Matching takes time that is linear in the destination', () => {
  it.each([
    ['/a/**/**/**/b', (length: number) => `/a${'/a'.repeat(length)}`],
    ['/**/a/**/a/**/a/**/b', (length: number) => '/a'.repeat(length)],
    ['/**/a/a/a/b/**', (length: number) => '/a'.repeat(length)],
    ['/**/a*a?b/**/c/**', (length: number) => '/aaab'.repeat(length)],
    [`/?${'*a'.repeat(20)}b`, (length: number) => `/${'a'.repeat(length)}`],
    ['/{x:(a+)+b}', (length: number) => `/${'a'.repeat(length)}`],
    ['/{x:(a|a)*b}', (length: number) => `/${'a'.repeat(length)}`],
    ['/{x:(a*)*b}', (length: number) => `/${'a'.repeat(length)}`],
    ['/{x:(.*)(.*)(.*)b}', (length: number) => `/${'a'.repeat(length)}`],
    ['/{x:a?a?a?a?a?a?a?a?aaaaaaaab}', (length: number) => `/${'a'.repeat(length)}`],
    ['/{x:(a{1,20}){1,20}b}', (length: number) => `/${'a'.repeat(length)}`],
  ])('for %s', (source, destinationOf) => {
    const steps = stepsToRefuse(source, destinationOf(500));
    expect(steps).toBeGreaterThan(0);
    expect(stepsToRefuse(source, destinationOf(1000)) / steps).toBeLessThan(2.1);
  });

  it('for 1000 stars: at most pattern times destination', () => {
    const source = `/?${'*a'.repeat(1000)}`;
    const destination = `/${'a'.repeat(2000)}b`;
    expect(stepsToRefuse(source, destination)).toBeLessThanOrEqual(2 * source.length * destination.length);
  });

  it('for 1000 stars that are found from the right, without a comparison a character', () => {
    const pattern = DestinationPattern.compile(`/${'*a'.repeat(1000)}`);
    expect(pattern.matches(`/${'a'.repeat(100_000)}`)).toBe(true);
    expect(pattern.matches(`/${'a'.repeat(999)}`)).toBe(false);
    expect(pattern.matches(`/${'a'.repeat(100_000)}b`)).toBe(false);
  });

  it('for braces that are never closed, of which 10 000 are compiled', () => {
    const source = '/{'.repeat(10_000);
    expect(DestinationPattern.compile(source).matches(source)).toBe(true);
  });
});
