import { byId, el, formatPrice } from '../dom.js';
import { readJson } from '../stomp-connection.js';

/** What the user owns, valued at the latest prices, and the form to change it. */
export class PositionsPanel {
  #connection;
  #prices;
  #rows = new Map();

  constructor(connection, prices) {
    this.#connection = connection;
    this.#prices = prices;
    prices.onTick((quote) => {
      this.#offer(quote.ticker);
      this.#value(quote.ticker, quote.last);
    });
    // Every tab of the user is told, and nobody else.
    connection.watch('/user/queue/position-updates', (message) => this.#confirm(readJson(message)));
    byId('trade-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#trade(event.submitter.value);
    });
  }

  refresh() {
    this.#connection.ask('/app/positions', (message) => this.#show(readJson(message)));
  }

  refuse(reason) {
    this.#say(`Refused: ${reason}.`);
  }

  #confirm(trade) {
    if (!trade) return;
    const { action, shares, ticker, price } = trade;
    this.#say(`${action === 'sell' ? 'Sold' : 'Bought'} ${shares} ${ticker} at ${formatPrice(price)}.`);
    this.refresh();
  }

  /** The server is the judge of a trade; this page only sees to it that there is a number. */
  #trade(action) {
    const trade = { ticker: byId('trade-ticker').value, shares: byId('trade-shares').valueAsNumber, action };
    this.#connection.send('/app/trade', JSON.stringify(trade));
    this.#say('Sent. Waiting for the answer …');
  }

  #say(status) {
    byId('trade-status').textContent = status;
  }

  #show(positions) {
    if (!Array.isArray(positions)) return;
    this.#rows.clear();
    for (const { ticker, shares, price } of positions) {
      this.#offer(ticker);
      const [priceCell, valueCell] = [el('td', { class: 'number' }), el('td', { class: 'number' })];
      const row = el(
        'tr',
        {},
        el('th', { scope: 'row' }, ticker),
        el('td', { class: 'number' }, String(shares)),
        priceCell,
        valueCell,
      );
      this.#rows.set(ticker, { row, shares, priceCell, valueCell, value: 0 });
      this.#value(ticker, this.#prices.quote(ticker)?.last ?? price);
    }
    byId('positions').replaceChildren(...[...this.#rows.values()].map(({ row }) => row));
    this.#total();
  }

  #value(ticker, price) {
    const position = this.#rows.get(ticker);
    if (!position) return;
    position.value = position.shares * price;
    position.priceCell.textContent = formatPrice(price);
    position.valueCell.textContent = formatPrice(position.value);
    this.#total();
  }

  #total() {
    const total = [...this.#rows.values()].reduce((sum, { value }) => sum + value, 0);
    byId('positions-total').textContent = formatPrice(total);
  }

  #offer(ticker) {
    const select = byId('trade-ticker');
    if ([...select.options].some((option) => option.value === ticker)) return;
    select.add(new Option(ticker, ticker));
  }
}
