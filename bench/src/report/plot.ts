/** One curve. */
export interface Series {
  readonly title: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** What a plot shows. Both axes are logarithmic. */
export interface Plot {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
}

const WIDTH = 720;
const HEIGHT = 400;
const LEFT = 64;
const RIGHT = 200;
const TOP = 40;
const BOTTOM = 48;
const COLOURS = [
  '#b3261e',
  '#444',
  '#1f77b4',
  '#2ca02c',
  '#9467bd',
  '#8c564b',
  '#e377c2',
  '#ff7f0e',
  '#17a2b8',
];

/** Draws a plot as SVG. */
export function drawPlot({ title, x, y, series }: Plot): string {
  const all = series.flatMap(({ points }) => points);
  const xs = scale(
    all.map(([value]) => value),
    LEFT,
    WIDTH - RIGHT,
  );
  const ys = scale(
    all.map(([, value]) => value),
    HEIGHT - BOTTOM,
    TOP,
  );
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${LEFT}" y="22" font-size="15">${escaped(title)}</text>`,
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 10}" text-anchor="middle">${escaped(x)}</text>`,
    `<text x="14" y="${HEIGHT / 2}" text-anchor="middle" transform="rotate(-90 14 ${HEIGHT / 2})">${escaped(y)}</text>`,
  ];
  for (const tick of xs.ticks) {
    const at = round(xs.place(tick));
    lines.push(`<path d="M${at} ${TOP}V${HEIGHT - BOTTOM}" stroke="#ddd"/>`);
    lines.push(`<text x="${at}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${label(tick)}</text>`);
  }
  for (const tick of ys.ticks) {
    const at = round(ys.place(tick));
    lines.push(`<path d="M${LEFT} ${at}H${WIDTH - RIGHT}" stroke="#ddd"/>`);
    lines.push(`<text x="${LEFT - 6}" y="${at + 4}" text-anchor="end">${label(tick)}</text>`);
  }
  series.forEach(({ title, points }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? '#000';
    const placed = points.map(([px, py]) => `${round(xs.place(px))} ${round(ys.place(py))}`);
    lines.push(
      `<path d="M${placed.join('L')}" fill="none" stroke="${colour}" stroke-width="${index === 0 ? 3 : 1.5}"/>`,
    );
    for (const place of placed) {
      const [cx = '', cy = ''] = place.split(' ');
      lines.push(`<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`);
    }
    const legend = TOP + 10 + index * 18;
    lines.push(`<rect x="${WIDTH - RIGHT + 14}" y="${legend - 9}" width="12" height="10" fill="${colour}"/>`);
    lines.push(`<text x="${WIDTH - RIGHT + 32}" y="${legend}">${escaped(title)}</text>`);
  });
  lines.push('</svg>');
  return `${lines.join('\n')}\n`;
}

interface Scale {
  readonly ticks: readonly number[];
  place(value: number): number;
}

/** Whole powers of ten around the values. */
function scale(values: readonly number[], from: number, to: number): Scale {
  const positive = values.filter((value) => value > 0);
  const low = Math.floor(Math.log10(Math.min(...positive)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive))));
  return {
    ticks: Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)),
    place: (value) => from + ((Math.log10(Math.max(value, 10 ** low)) - low) / (high - low)) * (to - from),
  };
}

function label(value: number): string {
  return value >= 1000 ? `${value / 1000}k` : String(value);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('`', '');
}
