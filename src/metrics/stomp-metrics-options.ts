import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { Registry } from 'prom-client';

/**
 * Options of `StompMetricsModule.forRoot`.
 *
 * @publicApi
 */
export interface StompMetricsOptions {
  /**
   * Where the metrics are registered.
   *
   * @default the global registry of prom-client
   */
  readonly registry?: Registry;
  /**
   * What the names of the metrics begin with.
   *
   * @default 'stomp_'
   */
  readonly prefix?: string;
}

/** Gives `forRoot` and `forRootAsync`. */
export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<StompMetricsOptions>({ moduleName: 'StompMetrics' })
    .setClassMethodName('forRoot')
    .build();
