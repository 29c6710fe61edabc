/*
 * The door of `nestjs-stomp/health`: a health indicator. It needs @nestjs/terminus, which the main door does not.
 */
export { StompHealthIndicator } from './stomp-health-indicator.js';
