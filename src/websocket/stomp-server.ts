/**
 * The STOMP endpoints of this process as the rest of the application sees them. Inject it, into a health check for
 * instance:
 *
 * ```ts
 * @Get('ready')
 * ready(): void {
 *   if (this.stompServer.isDraining) throw new ServiceUnavailableException();
 * }
 * ```
 *
 * @publicApi
 */
export abstract class StompServer {
  /** Whether the application is stopping: no client is let in, and the sessions that are there end. */
  abstract get isDraining(): boolean;
  /** WebSockets that are open or closing. */
  abstract get socketCount(): number;
  /** Messages that `transport.overflow` has left out so far, of all slow clients together. */
  abstract get messagesLeftOut(): number;
  /**
   * Lets a stop that is running, or the next one, wait neither for handlers nor for the window of `transport.drain`. For
   * whoever presses Ctrl+C twice: Nest answers a second `app.close()` with the first one.
   */
  abstract hurry(): void;
}
