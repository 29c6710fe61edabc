import { describe, expect, it } from '@jest/globals';
import {
  DestinationPattern,
  type DestinationPatternOptions,
} from '../../../../src/messaging/destination/destination-pattern.js';
import { DestinationTrie } from '../../../../src/messaging/destination/destination-trie.js';
import type { StepMeter } from '../../../../src/messaging/destination/linear-program.js';

const compile = (source: string, options?: DestinationPatternOptions, meter?: StepMeter) =>
  DestinationPattern.compile(source, options, meter);

/** A trie in which each pattern has itself as its value. */
function trieOf(sources: readonly string[], options?: DestinationPatternOptions): DestinationTrie<string> {
  const trie = new DestinationTrie<string>();
  for (const source of sources) trie.add(compile(source, options), source);
  return trie;
}

function found<T>(trie: DestinationTrie<T>, destination: string): T[] {
  const values: T[] = [];
  trie.forEachMatch(destination, (value) => values.push(value));
  return values.sort((one, other) => (one < other ? -1 : 1));
}

describe('DestinationTrie', () => {
  it.each([
    ['/a/b', ['/**', '/a/*', '/a/**', '/a/**/b', '/a/b', '/a/b*', '/a/{x}']],
    ['/a/', ['/**', '/a/*', '/a/**']],
    ['/a', ['/**', '/a/**']],
    ['/a//b', ['/**', '/a/*', '/a/**', '/a/**/b', '/a/b*', '/a/{x}']],
    ['/a/c/b', ['/**', '/a/**', '/a/**/b']],
    ['/b/a/c', ['/**', '/{x}/{y}/c']],
    ['a/b', ['a/*']],
    ['/', ['/**']],
    ['', []],
    ['/A/b', ['/**']],
  ])('[RT-14] finds for %s what matches: %j', (destination, expected) => {
    const all = ['/**', '/a/**', '/a/**/b', '/a/*', '/a/b', '/a/b*', '/a/b/', '/a/{x}', 'a/*', '/{x}/{y}/c'];
    expect(found(trieOf(all), destination)).toEqual(expected);
  });

  it('[RT-14] finds a pattern once that matches in two ways', () => {
    const trie = trieOf(['/**/a/**', '/**/*', '/**/*/']);
    expect(found(trie, '/a/a/a')).toEqual(['/**/*', '/**/a/**']);
    expect(found(trie, '/a/a/a/')).toEqual(['/**/*/', '/**/a/**']);
  });

  it('[RT-14] takes a last * for the nothing behind a trailing separator', () => {
    const trie = trieOf(['/a/*', '/*', '/a/{x}']);
    expect(found(trie, '/a/')).toEqual(['/a/*']);
    expect(found(trie, '/')).toEqual(['/*']);
  });

  it('[BRK-7] compares what is no pattern as a string', () => {
    const trie = trieOf(['/a', '/a/', '/{a']);
    expect(found(trie, '/a')).toEqual(['/a']);
    expect(found(trie, '/a/')).toEqual(['/a/']);
    expect(found(trie, '//a')).toEqual([]);
    expect(found(trie, '/{a')).toEqual(['/{a']);
    expect(trie.nodeCount).toBe(0);
  });

  it('[RT-15] finds a literal pattern of a handler by separators in a row', () => {
    const trie = trieOf(['/a/b', '/'], { collapseSeparators: true });
    expect(found(trie, '/a//b')).toEqual(['/a/b']);
    expect(found(trie, '//')).toEqual(['/']);
    expect(found(trie, '/a//b/')).toEqual([]);
  });

  it('[RT-24] keeps patterns with different separators apart', () => {
    const trie = trieOf(['/topic/price.*']);
    trie.add(compile('/topic/price.*', { separator: '.' }), 'dots');
    expect(found(trie, '/topic/price.a')).toEqual(['/topic/price.*', 'dots']);
    expect(found(trie, '/topic/price.a.b')).toEqual(['/topic/price.*']);
    expect(trie.remove(compile('/topic/price.*', { separator: '.' }), 'dots')).toBe(true);
    expect(found(trie, '/topic/price.a')).toEqual(['/topic/price.*']);
  });

  it('hands out the pattern with the value', () => {
    const pattern = compile('/a/{x}');
    const trie = new DestinationTrie<number>();
    trie.add(pattern, 1);
    trie.forEachMatch('/a/b', (value, of) => {
      expect(value).toBe(1);
      expect(of).toBe(pattern);
    });
    expect.assertions(2);
  });

  it('holds a value once for each text of a pattern', () => {
    const trie = new DestinationTrie<string>();
    for (const source of ['/a/{x}', '/a/{x}', '/a/{y}', '/a/b', '/a/b']) trie.add(compile(source), 'value');
    trie.add(compile('/a/{x}'), 'other');
    expect(trie.size).toBe(4);
    expect(found(trie, '/a/b')).toEqual(['other', 'value', 'value', 'value']);
  });

  it('removes a value by the text of its pattern, and says whether it was there', () => {
    const trie = trieOf(['/a/{x}', '/a/b']);
    expect(trie.remove(compile('/a/{x}'), '/a/b')).toBe(false);
    expect(trie.remove(compile('/a/{y}'), '/a/{x}')).toBe(false);
    expect(trie.remove(compile('/a/{x}/c'), '/a/{x}')).toBe(false);
    expect(trie.remove(compile('/a/*'), '/a/{x}')).toBe(false);
    expect(trie.remove(compile('/**'), '/a/{x}')).toBe(false);
    expect(trie.remove(compile('a.*', { separator: '.' }), '/a/{x}')).toBe(false);
    expect(trie.size).toBe(2);
    expect(trie.remove(compile('/a/{x}'), '/a/{x}')).toBe(true);
    expect(trie.remove(compile('/a/{x}'), '/a/{x}')).toBe(false);
    expect(trie.remove(compile('/a/b'), '/a/b')).toBe(true);
    expect(trie.remove(compile('/a/b'), '/a/b')).toBe(false);
    expect(trie.size).toBe(0);
    expect(found(trie, '/a/b')).toEqual([]);
  });

  it('leaves no empty nodes behind, and none of use out', () => {
    const sources = ['/a/b/c/*', '/a/b/**/d', '/a/{x}/c*', '/a/{x}', '/a/**', '/**'];
    const trie = trieOf(sources);
    const added: number[] = [];
    for (const source of [...sources, '/a/{x}/e/f/?']) {
      added.push(trie.nodeCount);
      trie.add(compile(source), `second ${source}`);
    }
    for (const source of [...sources, '/a/{x}/e/f/?'].reverse()) {
      trie.remove(compile(source), `second ${source}`);
      expect(trie.nodeCount).toBe(added.pop());
    }
    // Root, a, b, c, *, b/**, d, {x}, c*, a/**, /**
    expect(trie.nodeCount).toBe(11);
    for (const source of sources) trie.remove(compile(source), source);
    expect(trie.nodeCount).toBe(0);
  });

  it('lets the visitor remove what has not had its turn, and add', () => {
    const trie = trieOf(['/a/*', '/a/{x}', '/a/b']);
    const visited: string[] = [];
    trie.forEachMatch('/a/b', (value) => {
      visited.push(value);
      for (const source of ['/a/*', '/a/{x}', '/a/b'])
        if (source !== value) trie.remove(compile(source), source);
      trie.add(compile('/a/**'), 'new');
    });
    expect(visited).toHaveLength(1);
    expect(found(trie, '/a/b')).toEqual([...visited, 'new'].sort());
  });

  it('does as much work among 10 000 patterns with other literals as among 10', () => {
    const stepsAmong = (count: number) => {
      const meter = { steps: 0 };
      const trie = new DestinationTrie<number>();
      for (let index = 0; index < count; index++) {
        trie.add(compile(`/topic/${index}/{x}/?/**/end`, {}, meter), index);
        trie.add(compile(`/other${index}/**`, {}, meter), index);
      }
      expect(found(trie, '/topic/7/a/b/c/d/end')).toEqual([7]);
      return meter.steps;
    };
    expect(stepsAmong(10)).toBeGreaterThan(0);
    expect(stepsAmong(10_000)).toBe(stepsAmong(10));
  });

  it('asks a wildcard once, however many patterns begin with it and whatever their variables are called', () => {
    const meter = { steps: 0 };
    const trie = new DestinationTrie<number>();
    for (let index = 0; index < 100; index++)
      trie.add(compile(`/{x${index}:[a-z]+}/${index}/*`, {}, meter), index);
    expect(found(trie, '/abc/none/x')).toEqual([]);
    expect(meter.steps).toBeGreaterThan(0);
    expect(meter.steps).toBeLessThan(40);
  });

  it('[D73] meets each ** once for each segment, however many there are', () => {
    const stepsFor = (length: number) => {
      const meter = { steps: 0 };
      const trie = new DestinationTrie<number>();
      for (let depth = 1; depth <= 10; depth++)
        trie.add(compile(`${'/**/?'.repeat(depth)}/b`, {}, meter), depth);
      expect(found(trie, '/a'.repeat(length))).toEqual([]);
      return meter.steps;
    };
    const steps = stepsFor(50);
    expect(steps).toBeGreaterThan(50);
    expect(stepsFor(100) / steps).toBeLessThan(2.2);
  });
});
