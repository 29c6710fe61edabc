import { beforeEach, describe, expect, it } from '@jest/globals';
import { RedisPatterns } from '../../../src/redis/redis-patterns.js';

const DENIED = new Error('denied');

describe('patterns of a connection to Redis', () => {
  let said: string[];
  let denied: Set<string>;
  let patterns: RedisPatterns;

  beforeEach(() => {
    said = [];
    denied = new Set();
    patterns = new RedisPatterns({
      subscribe: async (globs) => {
        said.push(`+ ${globs.join(' ')}`);
        if (globs.some((glob) => denied.has(glob))) throw DENIED;
      },
      unsubscribe: async (globs) => {
        said.push(`- ${globs.join(' ')}`);
      },
      isDenied: (error) => error === DENIED,
    });
  });

  it('asks for each pattern while Redis grants them', async () => {
    await patterns.subscribe(['app.a.*', 'app.b.*']);
    await patterns.unsubscribe(['app.b.*']);
    expect(said).toEqual(['+ app.a.* app.b.*', '- app.b.*']);
  });

  it('says nothing when there is none', async () => {
    await patterns.subscribe([]);
    await patterns.unsubscribe([]);
    expect(said).toEqual([]);
  });

  it('asks for everything once when one is denied, until nothing needs it', async () => {
    denied.add('app.b.*');
    await patterns.subscribe(['app.a.*', 'app.b.*']);
    await patterns.subscribe(['app.c.*']);
    await patterns.unsubscribe(['app.a.*', 'app.c.*']);
    expect(said).toEqual(['+ app.a.* app.b.*', '+ app.*']);
    await patterns.unsubscribe(['app.b.*']);
    expect(said.slice(2)).toEqual(['- app.*']);
    await patterns.subscribe(['app.a.*']);
    expect(said.slice(3)).toEqual(['+ app.*']);
  });

  it('keeps what was granted before', async () => {
    denied.add('app.b.*');
    await patterns.subscribe(['app.*', 'app.a.*']);
    await patterns.subscribe(['app.b.*']);
    await patterns.unsubscribe(['app.*']);
    await patterns.unsubscribe(['app.a.*']);
    await patterns.unsubscribe(['app.b.*']);
    expect(said).toEqual(['+ app.* app.a.*', '+ app.b.*', '- app.a.*', '- app.*']);
  });

  it('passes on that everything is denied as well', async () => {
    denied.add('app.b.*').add('app.*');
    await expect(patterns.subscribe(['app.b.*'])).rejects.toBe(DENIED);
    expect(said).toEqual(['+ app.b.*', '+ app.*']);
  });
});
