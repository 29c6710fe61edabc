import { byId, el, formatPrice, formatTime, prependWithin } from '../dom.js';
import { readJson } from '../stomp-connection.js';

const MOST_TRADES = 50;

/** Everybody's trades as they are broadcast. */
export function showTrades(connection) {
  connection.watch('/topic/trades', (message) => {
    const trade = readJson(message);
    if (!trade) return;
    const { user, action, shares, ticker, price, time } = trade;
    const sold = action === 'sell';
    prependWithin(
      byId('trades'),
      el(
        'li',
        { class: 'trade' },
        el('time', {}, formatTime(time)),
        el(
          'span',
          {},
          el('strong', {}, String(user)),
          ' ',
          el('span', { class: sold ? 'down' : 'up' }, sold ? 'sold' : 'bought'),
          ` ${shares} ${ticker}`,
        ),
        el('span', { class: 'number' }, formatPrice(price)),
      ),
      MOST_TRADES,
    );
  });
}
