import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { SimpMessagingTemplate } from 'nestjs-stomp';
import { Market, TICKERS } from './market.js';

const PERIOD_MS = 1000;

/** Publishes every price once a second, from an ordinary provider. */
@Injectable()
export class PriceTicker implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly market: Market,
    private readonly template: SimpMessagingTemplate,
  ) {}

  onApplicationBootstrap(): void {
    // Of several instances one moves the prices.
    if (process.env.PRICES === 'off') return;
    this.#timer = setInterval(() => this.#tick(), PERIOD_MS);
  }

  onApplicationShutdown(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const time = new Date().toISOString();
    for (const ticker of TICKERS) {
      const price = this.market.move(ticker);
      void this.template.convertAndSend(`/topic/price.stock.${ticker}`, { ticker, price, time });
    }
  }
}
