import type { Result } from '../harness/results.js';
import type { Spread } from '../harness/statistics.js';

/** How a figure is written: three digits are more than such a measurement has. */
export function number(value: number): string {
  if (Number.isNaN(value)) return '–';
  if (value >= 100) return Math.round(value).toLocaleString('en-US').replaceAll(',', ' ');
  return value.toPrecision(value >= 10 ? 3 : 2);
}

/** A median with what the rounds were between. */
export function spread({ median, min, max, samples }: Spread): string {
  if (samples.length < 2) return number(median);
  return `${number(median)} (${number(min)}–${number(max)})`;
}

/** A table in Markdown whose columns are aligned, as prettier would have it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(3, ...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join(
    '\n',
  );
}

/** Every figure of some results, a line for each row and server. */
export function resultTable(results: readonly Result[], titleOf: (server: string) => string): string {
  const names = [...new Set(results.flatMap(({ figures }) => Object.keys(figures)))];
  return table(
    ['row', 'server', ...names],
    results.map(({ row, server, figures }) => [
      row,
      titleOf(server),
      ...names.map((name) => (figures[name] === undefined ? '–' : spread(figures[name]))),
    ]),
  );
}
