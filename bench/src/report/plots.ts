import type { BenchDocument } from './bench-document.js';
import { drawPlot, type Series } from './plot.js';

/** Names of files, and the SVG that belongs into them. */
export function plotsOf(document: BenchDocument, titleOf: (server: string) => string): Map<string, string> {
  const curves = (
    scenario: string,
    parameter: string,
    figure: string,
    where: Readonly<Record<string, number | string>>,
  ): Series[] => {
    const byServer = new Map<string, [number, number][]>();
    for (const result of document.results) {
      const { parameters, figures, server } = result;
      if (result.scenario !== scenario || figures[figure] === undefined) continue;
      if (Object.entries(where).some(([name, value]) => parameters[name] !== value)) continue;
      const points = byServer.get(server) ?? [];
      points.push([Number(parameters[parameter]), figures[figure].median]);
      byServer.set(server, points);
    }
    return [...byServer].map(([server, points]) => ({
      title: titleOf(server),
      points: points.sort(([a], [b]) => a - b),
    }));
  };
  const cpu = 'cpuSecondsPerMillion';
  const registry = ['literals', 'patterns', 'patterns with a common beginning', 'destinations'].flatMap(
    (kind) =>
      curves('registry', 'count', 'nanoseconds', { kind }).map((series) => ({ ...series, title: kind })),
  );
  return new Map([
    [
      'fan-out-subscribers.svg',
      drawPlot({
        title: 'Server CPU for a delivery of 128 B, in tens',
        x: 'subscribers',
        y: 'µs of CPU',
        series: curves('fan-out', 'subscribers', cpu, { bodyBytes: 128, burst: 10, ids: 'same' }),
      }),
    ],
    [
      'fan-out-bodies.svg',
      drawPlot({
        title: 'Server CPU for a delivery to 1 000 subscribers, in tens',
        x: 'octets of body',
        y: 'µs of CPU',
        series: curves('fan-out', 'bodyBytes', cpu, { subscribers: 1000, burst: 10, ids: 'same' }),
      }),
    ],
    [
      'registry.svg',
      drawPlot({
        title: 'Time to find the one subscriber of a destination',
        x: 'subscriptions, or destinations',
        y: 'ns',
        series: registry,
      }),
    ],
  ]);
}
