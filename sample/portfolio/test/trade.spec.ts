import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StompTestKit } from 'nestjs-stomp/testing';
import { Market } from '../src/market.js';
import { start } from './start.js';

let stomp: StompTestKit;

beforeEach(async () => {
  stomp = await start();
});

afterEach(() => stomp.close());

describe('A trade', () => {
  it('is shown to everybody, at the price of the market', async () => {
    const [joe, ann] = [await stomp.connectAs('joe'), await stomp.connectAs('ann')];
    const trades = await ann.subscribe('/topic/trades');
    await joe.send('/app/trade', { ticker: 'NEST', shares: 5, action: 'buy' });
    expect((await trades.expectMessage()).json()).toEqual({
      user: 'joe',
      ticker: 'NEST',
      shares: 5,
      action: 'buy',
      price: stomp.get(Market).priceOf('NEST'),
      time: expect.any(String),
    });
  });

  it.each([
    [{ ticker: 'GOLD', shares: 1, action: 'buy' }],
    [{ ticker: 'NEST', shares: 0, action: 'buy' }],
    [{ ticker: 'NEST', shares: 1, action: 'steal' }],
    [{ ticker: 'NEST', shares: 11, action: 'sell' }],
  ])('is refused when it is %j, and only its sender is told', async (request) => {
    const [joe, ann] = [await stomp.connectAs('joe'), await stomp.connectAs('ann')];
    const [joes, anns] = [
      await joe.subscribe('/user/queue/errors'),
      await ann.subscribe('/user/queue/errors'),
    ];
    const trades = await ann.subscribe('/topic/trades');
    await joe.send('/app/trade', request);
    expect((await joes.expectMessage()).json()).toMatchObject({ command: 'SEND', destination: '/app/trade' });
    await anns.expectSilence();
    await trades.expectSilence();
  });
});
