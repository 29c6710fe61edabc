import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { trace } from '@opentelemetry/api';
import { findStompFlow } from '../module/find-stomp-flow.js';
import { FrameTracing } from './frame-tracing.js';
import { HandlerTracing } from './handler-tracing.js';
import { PublishTracing } from './publish-tracing.js';
import { StompConfigurationError } from '../module/stomp-configuration-error.js';
import {
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN,
  type StompTracingOptions,
} from './stomp-tracing-options.js';

/** What spans say they come from. */
const INSTRUMENTATION = 'nestjs-stomp';

/**
 * Spans for what clients SEND and SUBSCRIBE and for the calls of annotated methods, by the SDK of OpenTelemetry that the
 * application has set up. Without one nothing is recorded.
 *
 * @publicApi
 */
@Module({})
export class StompTracingModule extends ConfigurableModuleClass implements OnModuleInit {
  constructor(
    private readonly moduleRef: ModuleRef,
    @Inject(MODULE_OPTIONS_TOKEN) private readonly options: StompTracingOptions,
  ) {
    super();
  }

  /** @throws StompConfigurationError when an option is wrong, or there is no `StompModule` */
  onModuleInit(): void {
    const { clientTraces = 'continue' } = this.options;
    if (clientTraces !== 'continue' && clientTraces !== 'link') {
      throw new StompConfigurationError(
        `StompTracingModule option "clientTraces" is wrong: ${JSON.stringify(clientTraces)}. Use 'continue' or 'link'.`,
      );
    }
    const flow = findStompFlow(this.moduleRef, 'StompTracingModule');
    const tracer = trace.getTracer(INSTRUMENTATION);
    flow.clientInboundChannel.addFirstInterceptor(new FrameTracing(tracer, clientTraces));
    flow.annotationHandler.observe(new HandlerTracing(tracer));
    flow.brokerChannel.addFirstInterceptor(new PublishTracing());
  }
}
