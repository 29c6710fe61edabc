// Anybody may broadcast to /topic/**, so what a stranger can make this page keep has a limit.
const MOST_TICKERS = 16;

/** The first and the last price of every ticker seen on this page; panels ask to be told of each tick. */
export class PriceBook {
  #quotes = new Map();
  #listeners = new Set();

  get tickers() {
    return [...this.#quotes.keys()];
  }

  /** `{ ticker, index, first, last, previous }` */
  quote(ticker) {
    return this.#quotes.get(ticker);
  }

  onTick(listener) {
    this.#listeners.add(listener);
  }

  tick({ ticker, price, time }) {
    if (typeof ticker !== 'string' || !Number.isFinite(price)) return;
    const known = this.#quotes.get(ticker);
    if (!known && this.#quotes.size === MOST_TICKERS) return;
    const quote = known ?? { ticker, index: this.#quotes.size, first: price, last: price, previous: price };
    if (!known) this.#quotes.set(ticker, quote);
    quote.previous = quote.last;
    quote.last = price;
    const at = new Date(time).getTime();
    for (const listener of this.#listeners) listener(quote, Number.isNaN(at) ? Date.now() : at);
  }
}

export const changeInPercent = (price, first) => (price / first - 1) * 100;
