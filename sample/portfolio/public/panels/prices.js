import { byId, el, formatChange, formatPrice } from '../dom.js';
import { changeInPercent } from '../price-book.js';
import { PricePlot } from '../price-plot.js';
import { readJson } from '../stomp-connection.js';

/** The table of last prices, whose rows also switch the lines of the plot. */
export class PricesPanel {
  #rows = new Map();
  #plot = new PricePlot(byId('price-plot'), (text) => (byId('plot-readout').textContent = text));
  #stillness = matchMedia('(prefers-reduced-motion: reduce)');

  constructor(connection, prices) {
    connection.watch('/topic/price.stock.*', (message) => {
      const tick = readJson(message);
      if (tick) prices.tick(tick);
    });
    prices.onTick((quote, time) => {
      this.#show(quote);
      this.#plot.add(quote, time);
    });
    for (const unit of ['change', 'price']) {
      byId(`plot-${unit}`).addEventListener('click', () => this.#choose(unit));
    }
  }

  #choose(unit) {
    for (const other of ['change', 'price'])
      byId(`plot-${other}`).setAttribute('aria-pressed', other === unit);
    this.#plot.showUnit(unit);
  }

  #show(quote) {
    const row = this.#rows.get(quote.ticker) ?? this.#addRow(quote);
    const direction = Math.sign(quote.last - quote.previous);
    row.price.textContent = formatPrice(quote.last);
    row.arrow.textContent = direction > 0 ? '▲' : direction < 0 ? '▼' : '';
    row.arrow.className = direction > 0 ? 'tick up' : 'tick down';
    const change = changeInPercent(quote.last, quote.first);
    row.change.textContent = formatChange(change);
    row.change.className = `number ${change < 0 ? 'down' : change > 0 ? 'up' : ''}`;
    if (direction !== 0 && !this.#stillness.matches) {
      const colour = direction > 0 ? 'var(--up)' : 'var(--down)';
      row.priceCell.animate([{ background: `color-mix(in srgb, ${colour} 20%, transparent)` }, {}], 700);
    }
  }

  #addRow({ ticker, index }) {
    byId('prices-empty').hidden = true;
    const toggle = el('input', { type: 'checkbox', checked: '', 'aria-label': `${ticker} in the plot` });
    toggle.addEventListener('change', () => this.#plot.showTicker(ticker, toggle.checked));
    const arrow = el('span', { 'aria-hidden': 'true' });
    const price = el('span');
    const priceCell = el('td', { class: 'number' }, arrow, price);
    const change = el('td');
    const label = el(
      'label',
      { class: 'ticker', style: `--series: var(--series-${(index % 8) + 1})` },
      toggle,
      ticker,
    );
    byId('prices').append(el('tr', {}, el('th', { scope: 'row' }, label), priceCell, change));
    const row = { price, priceCell, arrow, change };
    this.#rows.set(ticker, row);
    return row;
  }
}
