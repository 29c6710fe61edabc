import type { StompStats, StompStatsSnapshot } from '../module/stomp-stats.js';

/** One snapshot for all metrics of a scrape: they ask for it in one turn of the event loop. */
export class SnapshotOfScrape {
  #snapshot: StompStatsSnapshot | undefined;

  constructor(private readonly stats: Pick<StompStats, 'snapshot'>) {}

  take(): StompStatsSnapshot {
    if (this.#snapshot === undefined) {
      this.#snapshot = this.stats.snapshot();
      setImmediate(() => (this.#snapshot = undefined));
    }
    return this.#snapshot;
  }
}
