import uPlot from '/vendor/uplot/uPlot.esm.js';
import { formatChange, formatPrice, formatTime } from './dom.js';
import { changeInPercent } from './price-book.js';
import { onThemeChange } from './theme.js';

const WINDOW = 120;
/** The first ticks are drawn as if the window were this long, so that they do not start as a scribble at the edge. */
const SHORTEST_WINDOW = 30;
const HEIGHT = 240;
/** Ticks closer together than this, in seconds, are one column of the plot. */
const SAME_COLUMN = 0.5;
/** A silence longer than this, in seconds, leaves a gap in the lines instead of bridging it. */
const SILENCE = 5;

/** The last two minutes of all tickers, as prices or, comparable with each other, as change since the first tick. */
export class PricePlot {
  #container;
  #readOut;
  #plot;
  #unit = 'change';
  #times = [];
  /** One `{ ticker, first, prices }` per line; `prices` runs parallel to the times. */
  #lines = [];
  #pendingDraw;

  constructor(container, readOut) {
    this.#container = container;
    this.#readOut = readOut;
    this.#plot = new uPlot(this.#options(), [[]], container);
    new ResizeObserver(() => this.#plot.setSize(this.#size())).observe(container);
    // The canvas does not know CSS: its colours are looked up again on each drawing.
    onThemeChange(() => this.#plot.redraw(false, true));
  }

  add({ ticker, index, first, last }, time) {
    if (!this.#lines[index]) this.#addLine(ticker, index, first);
    const seconds = time / 1000;
    const newest = this.#times.at(-1);
    if (newest === undefined || seconds - newest > SAME_COLUMN) {
      if (seconds - newest > SILENCE) this.#addColumn(newest + SAME_COLUMN);
      this.#addColumn(seconds);
    }
    this.#lines[index].prices[this.#times.length - 1] = last;
    this.#drawSoon();
  }

  showTicker(ticker, shown) {
    this.#plot.setSeries(this.#lines.findIndex((line) => line.ticker === ticker) + 1, { show: shown });
  }

  showUnit(unit) {
    this.#unit = unit;
    this.#draw();
  }

  #addLine(ticker, index, first) {
    this.#lines[index] = { ticker, first, prices: this.#times.map(() => null) };
    this.#plot.addSeries(
      {
        label: ticker,
        width: 2,
        stroke: () => colour(`--series-${(index % 8) + 1}`),
        points: { show: false },
      },
      index + 1,
    );
  }

  #addColumn(seconds) {
    this.#times.push(seconds);
    for (const line of this.#lines) line.prices.push(null);
    // One column more than the window shows, so that the lines reach its left edge.
    while (this.#times[1] < seconds - WINDOW) {
      this.#times.shift();
      for (const line of this.#lines) line.prices.shift();
    }
  }

  /** The ticks of one second arrive one by one; they need one drawing. */
  #drawSoon() {
    this.#pendingDraw ??= requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    cancelAnimationFrame(this.#pendingDraw);
    this.#pendingDraw = undefined;
    const values = ({ first, prices }) =>
      this.#unit === 'price'
        ? prices
        : prices.map((price) => (price === null ? null : changeInPercent(price, first)));
    this.#plot.setData([this.#times, ...this.#lines.map(values)]);
  }

  #options() {
    const axis = { stroke: () => colour('--muted'), font: '11px system-ui, sans-serif' };
    const line = { stroke: () => colour('--line'), width: 1 };
    return {
      ...this.#size(),
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: {
        x: {
          range: (_plot, min, max) => {
            const end = max ?? Date.now() / 1000;
            const start = Math.min(min ?? end, end - SHORTEST_WINDOW);
            return [Math.max(start, end - WINDOW), end];
          },
        },
        y: {
          range: (_plot, min, max) =>
            min === null || min === max ? around(min ?? 0) : uPlot.rangeNum(min, max, 0.1, true),
        },
      },
      series: [{}],
      axes: [
        {
          ...axis,
          size: 28,
          space: 84,
          grid: { show: false },
          ticks: { ...line, size: 4 },
          values: (_plot, splits) => splits.map((split) => formatTime(split * 1000)),
        },
        {
          ...axis,
          size: 52,
          grid: line,
          ticks: { show: false },
          values: (_plot, splits) =>
            splits.map((split) => (this.#unit === 'price' ? split : `${+split.toFixed(2)} %`)),
        },
      ],
      hooks: { setCursor: [(plot) => this.#readOut(this.#textAt(plot.cursor.idx))] },
    };
  }

  #size() {
    return { width: Math.max(this.#container.clientWidth, 200), height: HEIGHT };
  }

  #textAt(column) {
    if (column === null || column === undefined || this.#times[column] === undefined)
      return 'The last two minutes.';
    const values = this.#lines
      .filter(({ prices }, i) => prices[column] !== null && this.#plot.series[i + 1].show)
      .map(({ ticker, first, prices }) => {
        const price = prices[column];
        return `${ticker} ${this.#unit === 'price' ? formatPrice(price) : formatChange(changeInPercent(price, first))}`;
      });
    return `${formatTime(this.#times[column] * 1000)}   ${values.join('   ')}`;
  }
}

/** Where nothing has moved yet there is no scale to derive. */
const around = (value) => [value - 1, value + 1];

/** A custom property may hold `light-dark(…)`, which only a real property resolves to the colour in use. */
function colour(property) {
  probe.style.color = `var(${property})`;
  return getComputedStyle(probe).color;
}

const probe = document.createElement('span');
probe.hidden = true;
document.body.append(probe);
