import { clientFrame } from './client-frame.js';
import { LatencyHistogram } from './latency-histogram.js';
import { numberedBody, sequenceAt } from './sequence.js';
import type { SessionPool } from './session-pool.js';
import type { WebSocketClient } from './web-socket-client.js';

/** A broadcast that does not reach everybody within this time has failed. */
const PATIENCE_MS = 30_000;
/** A subscription may be live a little later than it is sent. */
const PROBE_MS = 250;

/** How a broadcast is asked for: straight, or through a handler of the application. */
export type Way = 'direct' | 'handler';

/**
 * Subscribers and a publisher. Every delivery is checked: each subscriber has to receive every number once, in order.
 * Where a server promises no order, each has to receive as many as there were numbers.
 */
export class Audience {
  readonly #sentAt = new Float64Array(4096);
  #sequence = 0;
  #bodyBytes = 8;
  #isStrict = false;
  /** Deliveries that are still to come. */
  #missing = 0;
  #complete: () => void = () => undefined;
  #fail: (error: Error) => void = () => undefined;
  #publisher: WebSocketClient | undefined;
  /** Deliveries to each subscriber since the probe. */
  readonly #received: number[] = [];
  #latencies: readonly LatencyHistogram[] = [];
  #published = 0;
  #size = 0;

  constructor(
    private readonly pool: SessionPool,
    private readonly way: Way,
    private readonly isOrdered: boolean,
  ) {}

  get size(): number {
    return this.#size;
  }

  /** Latencies of deliveries since {@link forgetLatencies}, those of each node apart. */
  get latencies(): readonly LatencyHistogram[] {
    return this.#latencies;
  }

  forgetLatencies(): void {
    this.#latencies = Array.from({ length: this.pool.nodes }, () => new LatencyHistogram());
  }

  /** Opens the subscribers, all with the same subscription id or each with its own. */
  async gather(size: number, ids: 'same' | 'different'): Promise<void> {
    const { dialect } = this.pool;
    this.#size = size;
    this.forgetLatencies();
    await this.pool.open(size, (client, index) => {
      this.#listen(client, index % this.pool.nodes);
      const subscribe = dialect.subscribe(ids === 'same' ? 'sub-0' : `sub-${index}`);
      if (subscribe !== undefined) client.send(subscribe);
    });
    const [publisher] = await this.pool.open(1);
    this.#publisher = publisher;
    await this.#probe();
  }

  /** Publishes and waits until everybody has everything. */
  async broadcast(bodyBytes: number, burst: number): Promise<void> {
    this.expect(bodyBytes, burst);
    this.publish(burst);
    await this.arrived();
  }

  /** What is published next: so many messages of this size. */
  expect(bodyBytes: number, messages: number): void {
    this.#bodyBytes = bodyBytes;
    this.#missing += messages * this.#size;
  }

  publish(messages: number): void {
    const now = performance.now();
    const frames: Buffer[] = [];
    this.#published += messages;
    for (let i = 0; i < messages; i++) {
      this.#sentAt[++this.#sequence % this.#sentAt.length] = now;
      frames.push(clientFrame(this.#text(numberedBody(this.#sequence, this.#bodyBytes))));
    }
    this.#publisher?.write(
      frames.length === 1 && frames[0] !== undefined ? frames[0] : Buffer.concat(frames),
    );
  }

  /** @throws Error when a delivery is missing, doubled, or out of order, or the server has closed a connection */
  async arrived(): Promise<void> {
    if (this.#missing === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const all = new Promise<void>((resolve, reject) => {
      this.#complete = resolve;
      this.#fail = reject;
      timer = setTimeout(() => {
        reject(new Error(`${this.#missing} deliveries are missing after ${PATIENCE_MS} ms`));
      }, PATIENCE_MS);
    });
    try {
      await Promise.race([all, this.pool.lost]);
    } finally {
      clearTimeout(timer);
    }
    const wrong = this.#received.find((count) => count !== this.#published);
    if (wrong !== undefined) throw new Error(`A subscriber received ${wrong} messages of ${this.#published}`);
  }

  #text(body: string): string {
    const { dialect } = this.pool;
    if (this.way === 'direct') return dialect.publish(body);
    if (dialect.publishThroughHandler === undefined) throw new Error('This server has no handlers');
    return dialect.publishThroughHandler(body);
  }

  #listen(client: WebSocketClient, node: number): void {
    const { dialect } = this.pool;
    const index = this.#received.push(0) - 1;
    let expected = -1;
    client.onMessage = (octets, start, end) => {
      if (!dialect.isDelivery(octets, start, end)) {
        dialect.answer?.(client, octets, start, end);
        return;
      }
      const sequence = sequenceAt(octets, end - dialect.trailerLength - this.#bodyBytes);
      // Of probes that came too late only the last one counts.
      if (!this.#isStrict && sequence !== this.#sequence) return;
      if (this.#isStrict && this.isOrdered && expected !== -1 && sequence !== expected) {
        this.#fail(new Error(`A subscriber received number ${sequence} in place of ${expected}`));
        return;
      }
      expected = sequence + 1;
      this.#received[index] = (this.#received[index] ?? 0) + 1;
      const sentAt = this.#sentAt[sequence % this.#sentAt.length] ?? 0;
      this.#latencies[node]?.add(performance.now() - sentAt);
      if (--this.#missing === 0) this.#complete();
    };
  }

  /** Broadcasts until one has reached everybody: only some servers say when a subscription is live. */
  async #probe(): Promise<void> {
    for (const end = performance.now() + PATIENCE_MS; performance.now() < end;) {
      this.#missing = this.#size;
      const waiting = new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), PROBE_MS + this.#size / 4);
        this.#complete = () => {
          clearTimeout(timer);
          resolve(true);
        };
      });
      this.publish(1);
      if (await waiting) {
        this.#isStrict = true;
        this.#received.fill(0);
        this.#published = 0;
        return;
      }
    }
    throw new Error(`No broadcast reached all ${this.#size} subscribers within ${PATIENCE_MS} ms`);
  }
}
