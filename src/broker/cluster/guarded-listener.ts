import type { ClusterBusListener } from './cluster-bus.js';

/**
 * Stands between a client library and the cluster, and keeps what a connection promises: a loss is told once, nothing is told
 * after the end, and what goes wrong in a listener does not go up into the library. There it would end the process, or, worse,
 * the reading of the socket without a word.
 */
export class GuardedListener implements ClusterBusListener {
  #hears = true;

  constructor(private readonly listener: ClusterBusListener) {}

  message(bytes: Uint8Array): void {
    if (!this.#hears) return;
    try {
      this.listener.message(bytes);
    } catch (error) {
      // A listener that throws is a mistake of ours: it has to be seen, and must not cost the connection.
      process.emitWarning(error instanceof Error ? error : String(error));
    }
  }

  lost(error: Error): void {
    if (!this.#hears) return;
    this.#hears = false;
    try {
      this.listener.lost(error);
    } catch (failure) {
      process.emitWarning(failure instanceof Error ? failure : String(failure));
    }
  }

  /** From now on it hears nothing. */
  end(): void {
    this.#hears = false;
  }
}
