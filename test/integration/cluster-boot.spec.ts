import { describe, expect, it } from '@jest/globals';
import { RedisClusterBus } from 'nestjs-stomp/redis';
import { startNode } from '../support/cluster-node.js';
import { runProgram } from '../support/run-program.js';

describe('the boot of a node', () => {
  it('is not left by its process, even if the bus keeps no process alive', async () => {
    expect(await runProgram('memory-node')).toEqual({ isAvailable: true });
  });

  it('fails, with or without `failFast`, when the package that speaks to the engine is not installed', async () => {
    const bus = new RedisClusterBus({}, () => Promise.reject(new Error("Cannot find package 'redis'")));
    for (const failFast of [false, true]) {
      await expect(startNode({ bus, failFast })).rejects.toMatchObject({
        code: 'STOMP_ERR_CONFIGURATION',
        message:
          'RedisClusterBus needs the package redis, which cannot be loaded. Install it: npm install redis',
      });
    }
  });
});
