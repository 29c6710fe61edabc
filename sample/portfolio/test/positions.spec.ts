import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StompTestClient, StompTestKit } from 'nestjs-stomp/testing';
import type { Position } from '../src/portfolios.js';
import { start } from './start.js';

let stomp: StompTestKit;

beforeEach(async () => {
  stomp = await start();
});

afterEach(() => stomp.close());

/** What somebody owns, as they are told when they ask. */
async function sharesOf(client: StompTestClient): Promise<Record<string, number>> {
  const answer = await client.subscribe('/app/positions');
  const positions = (await answer.expectMessage()).json<Position[]>();
  await answer.unsubscribe();
  return Object.fromEntries(positions.map(({ ticker, shares }) => [ticker, shares]));
}

describe('Positions', () => {
  it('are told once, to whoever subscribes', async () => {
    const joe = await stomp.connectAs('joe');
    const answer = await joe.subscribe('/app/positions');
    expect((await answer.expectMessage()).json()).toContainEqual({ ticker: 'NEST', shares: 10, price: 40 });
    await joe.send('/app/trade', { ticker: 'NEST', shares: 1, action: 'buy' });
    await answer.expectSilence();
  });

  it('change with trades of their owner and nobody else', async () => {
    const [joe, ann] = [await stomp.connectAs('joe'), await stomp.connectAs('ann')];
    await joe.send('/app/trade', { ticker: 'NEST', shares: 10, action: 'sell' });
    await joe.send('/app/trade', { ticker: 'RELAY', shares: 3, action: 'buy' });
    expect(await sharesOf(joe)).toEqual({ LEAF: 20, WIRE: 30, RELAY: 3 });
    expect(await sharesOf(ann)).toEqual({ NEST: 10, LEAF: 20, WIRE: 30 });
  });
});
