import { ConfigurableModuleBuilder } from '@nestjs/common';

/**
 * Options of `StompTracingModule.forRoot`.
 *
 * @publicApi
 */
export interface StompTracingOptions {
  /**
   * What the trace is that a client names (`traceparent`): `continue`, the frame is a part of it; `link`, the frame
   * begins a trace of its own that has a link to it. A client decides with its header what is recorded and into which
   * trace, so take `link` where strangers connect.
   *
   * @default 'continue', for clients that are your own
   */
  readonly clientTraces?: 'continue' | 'link';
}

/** Gives `forRoot` and `forRootAsync`. */
export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<StompTracingOptions>({ moduleName: 'StompTracing' })
    .setClassMethodName('forRoot')
    .build();
