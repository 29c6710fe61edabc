import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fuzzRuns } from '../support/fuzz-runs.js';
import { MessageFlow, type FlowClient } from '../support/message-flow.js';
import { DEFAULT_ACKNOWLEDGEMENT_SETTINGS } from '../../src/broker/acknowledgement-settings.js';

const RUNS = fuzzRuns(20_261_126, 300);
const MAX_DELIVERIES = 3;
const IDS = ['0', '1', '2'];
const TOPICS = ['/topic/a', '/topic/b'];

/** A message that a subscription has been sent or will be. */
interface Due {
  readonly body: string;
  readonly deliveries: number;
}

/** A subscription as one would first write it: two lists. */
interface ModelSubscription {
  readonly destination: string;
  readonly mode: string;
  readonly prefetch: number;
  pending: { readonly ackId: string; readonly due: Due }[];
  waiting: Due[];
}

interface Model {
  readonly subscriptions: Map<string, ModelSubscription>;
  /** Every id that the client has ever been given. */
  readonly given: { readonly ackId: string; readonly subscription: ModelSubscription }[];
  published: number;
}

interface Real {
  readonly flow: MessageFlow;
  readonly client: FlowClient;
}

type Command = fc.Command<Model, Real>;

function header(frame: string, name: string): string {
  return new RegExp(`^${name}:(.*)$`, 'm').exec(frame)?.[1] ?? '';
}

/** What the client gets now is what the windows of the model have room for, each subscription's in order. */
function expectDeliveries(model: Model, { flow, client }: Real): void {
  const frames = client.transport.take();
  let expected = 0;
  for (const [id, subscription] of model.subscriptions) {
    const mine = frames.filter((frame) => header(frame, 'subscription') === id);
    const isAuto = subscription.mode === 'auto';
    for (const frame of mine) {
      const due = subscription.waiting.shift();
      expect(frame.slice(frame.indexOf('\n\n') + 2, -1)).toBe(due?.body);
      expect(header(frame, 'redelivered')).toBe((due?.deliveries ?? 0) > 0 ? 'true' : '');
      if (due === undefined || isAuto) continue;
      const ackId = header(frame, 'ack');
      subscription.pending.push({ ackId, due });
      model.given.push({ ackId, subscription });
    }
    expected += mine.length;
    expect(subscription.pending.length).toBeLessThanOrEqual(subscription.prefetch);
    const isFull = subscription.pending.length === subscription.prefetch;
    expect(subscription.waiting.length === 0 || isFull).toBe(true);
  }
  expect(frames.length).toBe(expected);
  const all = [...model.subscriptions.values()];
  expect(flow.broker.unacknowledgedCount).toBe(all.reduce((sum, { pending }) => sum + pending.length, 0));
  expect(flow.broker.heldBackCount).toBe(all.reduce((sum, { waiting }) => sum + waiting.length, 0));
}

class Subscribe implements Command {
  constructor(
    readonly id: string,
    readonly destination: string,
    readonly mode: string,
    readonly prefetch: number,
  ) {}

  check({ subscriptions }: Model): boolean {
    return !subscriptions.has(this.id);
  }

  run(model: Model, real: Real): void {
    const { id, destination, mode, prefetch } = this;
    real.client.say(
      `SUBSCRIBE\nid:${id}\ndestination:${destination}\nack:${mode}\nprefetch:${prefetch}\n\n\0`,
    );
    model.subscriptions.set(id, { destination, mode, prefetch, pending: [], waiting: [] });
    expectDeliveries(model, real);
  }

  toString(): string {
    return `subscribe(${this.id}, ${this.destination}, ${this.mode}, ${this.prefetch})`;
  }
}

class Unsubscribe implements Command {
  constructor(readonly id: string) {}

  check({ subscriptions }: Model): boolean {
    return subscriptions.has(this.id);
  }

  run(model: Model, real: Real): void {
    real.client.say(`UNSUBSCRIBE\nid:${this.id}\n\n\0`);
    model.subscriptions.delete(this.id);
    expectDeliveries(model, real);
  }

  toString(): string {
    return `unsubscribe(${this.id})`;
  }
}

class Publish implements Command {
  constructor(readonly destination: string) {}

  check(): boolean {
    return true;
  }

  run(model: Model, real: Real): void {
    const body = `m${model.published++}`;
    void real.flow.template.convertAndSend(this.destination, body);
    for (const { destination, waiting } of model.subscriptions.values()) {
      if (destination === this.destination) waiting.push({ body, deliveries: 0 });
    }
    expectDeliveries(model, real);
  }

  toString(): string {
    return `publish(${this.destination})`;
  }
}

class Settle implements Command {
  constructor(
    readonly command: 'ACK' | 'NACK',
    readonly which: number,
  ) {}

  check({ given }: Model): boolean {
    return given.length > 0;
  }

  run(model: Model, real: Real): void {
    const { ackId, subscription } = model.given[this.which % model.given.length];
    real.client.say(`${this.command}\nid:${ackId}\n\n\0`);
    const index = subscription.pending.findIndex((pending) => pending.ackId === ackId);
    if (index >= 0) {
      const from = subscription.mode === 'client' ? 0 : index;
      const settled = subscription.pending.splice(from, index + 1 - from);
      if (this.command === 'NACK') {
        const again = settled
          .map(({ due: { body, deliveries } }) => ({ body, deliveries: deliveries + 1 }))
          .filter(({ deliveries }) => deliveries < MAX_DELIVERIES);
        subscription.waiting.unshift(...again);
      }
    }
    expectDeliveries(model, real);
  }

  toString(): string {
    return `${this.command}(#${this.which})`;
  }
}

const commands = fc.commands(
  [
    fc
      .tuple(
        fc.constantFrom(...IDS),
        fc.constantFrom(...TOPICS),
        fc.constantFrom('auto', 'client', 'client-individual'),
        fc.integer({ min: 1, max: 4 }),
      )
      .map((parts) => new Subscribe(...parts)),
    fc.constantFrom(...IDS).map((id) => new Unsubscribe(id)),
    fc.constantFrom(...TOPICS).map((destination) => new Publish(destination)),
    fc.constantFrom(...TOPICS).map((destination) => new Publish(destination)),
    fc.nat(1000).map((which) => new Settle('ACK', which)),
    fc.nat(1000).map((which) => new Settle('NACK', which)),
  ],
  { maxCommands: 80 },
);

describe('Acknowledging subscriptions', () => {
  it('get, keep, hold back and get again what a model of two lists says [A146] [A147] [A148] [A151]', () => {
    fc.assert(
      fc.property(commands, (sequence) => {
        const flow = new MessageFlow({
          broker: { acknowledgement: { ...DEFAULT_ACKNOWLEDGEMENT_SETTINGS, maxDeliveries: MAX_DELIVERIES } },
        });
        const client = flow.connect();
        fc.modelRun(
          () => ({ model: { subscriptions: new Map(), given: [], published: 0 }, real: { flow, client } }),
          sequence,
        );
        client.session.close();
        expect([flow.broker.unacknowledgedCount, flow.broker.heldBackCount]).toEqual([0, 0]);
      }),
      RUNS,
    );
  });
});
