import { afterEach, expect, it, jest } from '@jest/globals';
import { recordingTemplate } from 'nestjs-stomp/testing';
import { Market, TICKERS } from '../src/market.js';
import { PriceTicker } from '../src/price-ticker.js';

afterEach(() => {
  jest.useRealTimers();
});

it('The price ticker publishes every price once a second, until the application stops', () => {
  jest.useFakeTimers();
  const { template, channel } = recordingTemplate();
  const market = new Market();
  const ticker = new PriceTicker(market, template);
  ticker.onApplicationBootstrap();
  jest.advanceTimersByTime(1000);
  expect(channel.messages.map(({ destination }) => destination)).toEqual(
    TICKERS.map((name) => `/topic/price.stock.${name}`),
  );
  expect(channel.messages[0].json()).toMatchObject({ ticker: 'NEST', price: market.priceOf('NEST') });
  channel.clear();
  ticker.onApplicationShutdown();
  jest.advanceTimersByTime(5000);
  expect(channel.messages).toEqual([]);
});
