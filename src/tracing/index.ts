/*
 * The door of `nestjs-stomp/tracing`: spans by OpenTelemetry. It needs @opentelemetry/api, which the main door does not.
 */
export { StompTracingModule } from './stomp-tracing.module.js';
export type { StompTracingOptions } from './stomp-tracing-options.js';
