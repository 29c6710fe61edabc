import type { ClusterBusListener } from '../../../src/broker/cluster/cluster-bus.js';

/** Writes down what a bus tells. */
export class BusListener implements ClusterBusListener {
  readonly texts: string[] = [];
  readonly losses: Error[] = [];

  message(bytes: Uint8Array): void {
    this.texts.push(Buffer.from(bytes).toString('latin1'));
  }

  lost(error: Error): void {
    this.losses.push(error);
  }
}

/** How a promise was rejected, as `code: message`. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    return `${code ?? 'no code'}: ${message}`;
  }
  throw new Error('It was not rejected.');
}
