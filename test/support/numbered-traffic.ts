import { bodyOf } from './exchange.js';
import { RawClient } from './raw-client.js';
import type { TestApp } from './test-app.js';
import { until } from './until.js';

/** How often a message is sent. */
const EVERY_MS = 5;

/** What one client has got. */
class Receiver {
  readonly got: number[] = [];
  endings = 0;

  constructor(client: RawClient) {
    void this.#read(client);
  }

  get doubled(): number {
    return this.got.length - new Set(this.got).size;
  }

  get disordered(): number {
    return this.got.filter((number, index) => index > 0 && number < (this.got[index - 1] ?? 0)).length;
  }

  async #read(client: RawClient): Promise<void> {
    for (;;) {
      const frame = await client.next();
      if (frame === '') return;
      if (!frame.startsWith('MESSAGE')) continue;
      const body = bodyOf(frame);
      if (body === 'end') this.endings++;
      else this.got.push(Number(body));
    }
  }
}

/** What became of the messages of a traffic. */
export interface TrafficCounts {
  readonly sent: number;
  /** At the node where they were sent. */
  readonly here: number;
  /** At the other one. */
  readonly there: number;
  readonly lost: number;
  readonly doubled: number;
  readonly disordered: number;
}

/** A client on one node that goes on sending numbers, and a client on each of two nodes that keeps them. */
export class NumberedTraffic {
  readonly #timer: NodeJS.Timeout;
  #sent = 0;

  private constructor(
    private readonly sender: RawClient,
    private readonly topic: string,
    private readonly here: Receiver,
    private readonly there: Receiver,
  ) {
    this.#timer = setInterval(() => this.#send(String(this.#sent++)), EVERY_MS);
  }

  static async start(from: TestApp, to: TestApp, topic: string): Promise<NumberedTraffic> {
    const receivers: Receiver[] = [];
    for (const { url } of [from, to]) {
      const client = await RawClient.connect(url);
      client.send(`SUBSCRIBE\nid:s\ndestination:${topic}\nreceipt:s\n\n\0`);
      await client.next();
      receivers.push(new Receiver(client));
    }
    const [here, there] = receivers as [Receiver, Receiver];
    return new NumberedTraffic(await RawClient.connect(from.url), topic, here, there);
  }

  /** Until some more have been sent. */
  async goesOn(count: number): Promise<void> {
    const goal = this.#sent + count;
    await until(`${count} more messages are sent`, () => this.#sent >= goal);
  }

  /** Until what is sent arrives at the other node. */
  async arrives(): Promise<void> {
    const before = this.there.got.length;
    await until('messages arrive at the other node', () => this.there.got.length > before + 10);
  }

  /** Ends it, and counts when all that was sent has arrived or never will. */
  async stop(): Promise<TrafficCounts> {
    clearInterval(this.#timer);
    // Sent again because the other node may not be reached yet; what follows on the same way comes behind all else.
    await until('the end has come to both', () => {
      this.#send('end');
      return this.here.endings > 0 && this.there.endings > 0;
    });
    this.sender.send('DISCONNECT\n\n\0');
    const { here, there } = this;
    const arrived = new Set(there.got).size;
    return {
      sent: this.#sent,
      here: new Set(here.got).size,
      there: arrived,
      lost: this.#sent - arrived,
      doubled: here.doubled + there.doubled,
      disordered: here.disordered + there.disordered,
    };
  }

  #send(body: string): void {
    this.sender.send(`SEND\ndestination:${this.topic}\n\n${body}\0`);
  }
}
