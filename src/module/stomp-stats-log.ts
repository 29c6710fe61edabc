import { Inject, Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { Clock } from '../session/timer-wheel.js';
import { STOMP_CLOCK } from './stomp-clock.js';
import { StompFlow } from './stomp-flow.js';
import { StompStats } from './stomp-stats.js';

/** Writes the statistics into the log from time to time, if that is asked for (`statsLogIntervalMs`). */
@Injectable()
export class StompStatsLog implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger('StompStats');
  #stop: (() => void) | undefined;

  constructor(
    private readonly stats: StompStats,
    private readonly flow: StompFlow,
    @Inject(STOMP_CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    const { statsLogIntervalMs } = this.flow.settings;
    if (statsLogIntervalMs === 0) return;
    this.#stop = this.clock.every(statsLogIntervalMs, () => this.#logger.log(String(this.stats)));
  }

  beforeApplicationShutdown(): void {
    this.#stop?.();
  }
}
