import { Injectable } from '@nestjs/common';

export const TICKERS = ['NEST', 'LEAF', 'WIRE', 'FRAME', 'RELAY'] as const;

export type Ticker = (typeof TICKERS)[number];

/** Prices that wander. */
@Injectable()
export class Market {
  readonly #prices = new Map<Ticker, number>(TICKERS.map((ticker, index) => [ticker, 40 + 25 * index]));

  priceOf(ticker: Ticker): number {
    return this.#prices.get(ticker) ?? 0;
  }

  /** Moves a price by up to two percent either way and rounds it to cents. */
  move(ticker: Ticker): number {
    const moved = this.priceOf(ticker) * (1 + (Math.random() - 0.5) * 0.04);
    const price = Math.max(1, Math.round(moved * 100) / 100);
    this.#prices.set(ticker, price);
    return price;
  }
}
