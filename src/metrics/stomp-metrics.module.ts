import { Inject, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { register, type Registry } from 'prom-client';
import { findStompFlow } from '../module/find-stomp-flow.js';
import { StompConfigurationError } from '../module/stomp-configuration-error.js';
import { StompStats } from '../module/stomp-stats.js';
import { HandlerDurations } from './handler-durations.js';
import { registerMetrics } from './register-metrics.js';
import { SnapshotOfScrape } from './snapshot-of-scrape.js';
import {
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN,
  type StompMetricsOptions,
} from './stomp-metrics-options.js';

/** As Prometheus allows it. */
const PREFIX = /^[a-zA-Z_:][\w:]*$|^$/;

/**
 * Registers metrics with prom-client that read {@link StompStats} when they are scraped, and a histogram of how long
 * handlers take. Serving the registry is up to the application.
 *
 * @publicApi
 */
@Module({})
export class StompMetricsModule extends ConfigurableModuleClass implements OnModuleInit, OnModuleDestroy {
  readonly #registry: Registry;
  readonly #prefix: string;
  #names: readonly string[] = [];

  constructor(
    private readonly moduleRef: ModuleRef,
    @Inject(MODULE_OPTIONS_TOKEN) { registry = register, prefix = 'stomp_' }: StompMetricsOptions,
  ) {
    super();
    this.#registry = registry;
    this.#prefix = prefix;
  }

  /** @throws StompConfigurationError when the prefix cannot be one, or there is no `StompModule` */
  onModuleInit(): void {
    if (typeof this.#prefix !== 'string' || !PREFIX.test(this.#prefix)) {
      throw new StompConfigurationError(
        `StompMetricsModule option "prefix" is wrong: ${JSON.stringify(this.#prefix)}. ` +
          "Write letters, digits and underscores, such as 'stomp_'.",
      );
    }
    const flow = findStompFlow(this.moduleRef, 'StompMetricsModule');
    const scrape = new SnapshotOfScrape(new StompStats(flow));
    const durations = new HandlerDurations(this.#registry, `${this.#prefix}handler_duration_seconds`);
    this.#names = [durations.name, ...registerMetrics(this.#registry, this.#prefix, () => scrape.take())];
    flow.annotationHandler.observe(durations);
  }

  /** The registry may be global and outlive the application: another one has to find the names free. */
  onModuleDestroy(): void {
    for (const name of this.#names) this.#registry.removeSingleMetric(name);
  }
}
