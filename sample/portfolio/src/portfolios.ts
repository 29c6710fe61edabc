import { BadRequestException, Injectable } from '@nestjs/common';
import { Market, TICKERS, type Ticker } from './market.js';

export interface Position {
  readonly ticker: Ticker;
  readonly shares: number;
  readonly price: number;
}

/** Names are free in this sample, so somebody could invent them for ever; the oldest portfolios make room. */
const MAX_PORTFOLIOS = 1000;

/** What everybody owns. */
@Injectable()
export class Portfolios {
  readonly #shares = new Map<string, Map<Ticker, number>>();

  constructor(private readonly market: Market) {}

  positionsOf(user: string): readonly Position[] {
    return [...this.#of(user)].map(([ticker, shares]) => ({
      ticker,
      shares,
      price: this.market.priceOf(ticker),
    }));
  }

  /**
   * Adds shares, or takes them away when the number is negative.
   *
   * @throws BadRequestException when somebody sells more than they own
   */
  change(user: string, ticker: Ticker, shares: number): void {
    const portfolio = this.#of(user);
    const owned = (portfolio.get(ticker) ?? 0) + shares;
    if (owned < 0) throw new BadRequestException(`Not enough shares of ${ticker}`);
    if (owned === 0) portfolio.delete(ticker);
    else portfolio.set(ticker, owned);
  }

  #of(user: string): Map<Ticker, number> {
    let portfolio = this.#shares.get(user);
    if (portfolio === undefined) {
      portfolio = new Map(TICKERS.slice(0, 3).map((ticker, index) => [ticker, 10 * (index + 1)]));
      this.#shares.set(user, portfolio);
      const [oldest] = this.#shares.keys();
      if (this.#shares.size > MAX_PORTFOLIOS && oldest !== undefined) this.#shares.delete(oldest);
    }
    return portfolio;
  }
}
