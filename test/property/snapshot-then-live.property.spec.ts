import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LiveSubscriber } from '../../src/annotation/live-subscriber.js';
import { snapshotThenLive } from '../../src/annotation/snapshot-then-live.js';
import { defaultMessageConverter } from '../../src/messaging/composite-message-converter.js';
import type { MaybePromise } from '../../src/messaging/maybe-promise.js';
import type { Message } from '../../src/messaging/message.js';
import { Deferred, settled } from '../support/deferred.js';
import { fuzzRuns } from '../support/fuzz-runs.js';
import { MessageFlow, type FlowClient } from '../support/message-flow.js';

const RUNS = fuzzRuns(20_261_125, 200);
const CLIENTS = 3;
const LIVE = '/topic/counter';

type Step =
  | { readonly kind: 'publish' }
  | { readonly kind: 'subscribe' | 'unsubscribe' | 'answer'; readonly client: number };

const clientNumber = fc.nat(CLIENTS - 1);
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<Step>({ kind: 'publish' }) },
    { weight: 2, arbitrary: clientNumber.map((client): Step => ({ kind: 'subscribe', client })) },
    { weight: 1, arbitrary: clientNumber.map((client): Step => ({ kind: 'unsubscribe', client })) },
    { weight: 2, arbitrary: clientNumber.map((client): Step => ({ kind: 'answer', client })) },
  ),
  { maxLength: 60 },
);

/** A counter whose every change is published, and clients that subscribe to `/app/counter`. */
class Counter {
  readonly flow = new MessageFlow();
  readonly clients: readonly FlowClient[] = Array.from({ length: CLIENTS }, () => this.flow.connect());
  /** What each client has seen under each of its subscriptions. */
  readonly seen: number[][][] = Array.from({ length: CLIENTS }, () => []);
  readonly #subscribed: (string | undefined)[] = [];
  value = 0;

  /** @param take what a client's snapshot is; the counter as it is, or will be when somebody has read it */
  constructor(take: (counter: Counter, sessionId: string) => MaybePromise<number>) {
    const live = new LiveSubscriber(this.flow.brokerChannel, defaultMessageConverter(), () => false);
    const answer = (message: Message): MaybePromise<void> =>
      live.subscribe(
        snapshotThenLive<unknown>(LIVE, () => take(this, String(message.headers.simpSessionId)), {
          includes: ({ payload }, snapshot) => Number(String(payload)) <= Number(snapshot),
        }),
        message,
      );
    this.flow.inbound.subscribe({
      handleMessage: (message) => {
        const { simpMessageType, simpDestination } = message.headers;
        if (simpMessageType !== 'SUBSCRIBE' || simpDestination !== '/app/counter') return false;
        const done = answer(message);
        return done instanceof Promise ? done.then(() => true) : true;
      },
    });
  }

  publish(): void {
    this.value++;
    void this.flow.template.convertAndSend(LIVE, this.value);
  }

  subscribe(client: number): void {
    if (this.#subscribed[client] !== undefined) return;
    const id = String(this.seen[client]?.length);
    this.#subscribed[client] = id;
    this.seen[client]?.push([]);
    this.clients[client]?.say(`SUBSCRIBE\nid:${id}\ndestination:/app/counter\n\n\0`);
  }

  unsubscribe(client: number): void {
    const id = this.#subscribed[client];
    if (id === undefined) return;
    this.#subscribed[client] = undefined;
    this.clients[client]?.say(`UNSUBSCRIBE\nid:${id}\n\n\0`);
  }

  /** Reads what has arrived and checks that each subscription saw numbers without a hole or a double. */
  check(): void {
    for (const [client, { transport }] of this.clients.entries()) {
      for (const frame of transport.take()) {
        const id = /^subscription:(.*)$/m.exec(frame)?.[1];
        this.seen[client]?.[Number(id)]?.push(Number(frame.slice(frame.indexOf('\n\n') + 2, -1)));
      }
      for (const numbers of this.seen[client] ?? []) {
        const [first = 0] = numbers;
        expect(numbers).toEqual(numbers.map((_, index) => first + index));
      }
    }
  }

  /** Every subscription that stands has seen the counter as it is now. */
  checkComplete(): void {
    for (const [client, id] of this.#subscribed.entries()) {
      if (id !== undefined) expect(this.seen[client]?.[Number(id)]?.at(-1)).toBe(this.value);
    }
  }
}

describe('Every subscriber sees snapshot n, then exactly n+1, n+2, …', () => {
  it('when snapshots are synchronous, however publishes and subscribers interleave', () => {
    fc.assert(
      fc.property(steps, (run) => {
        const counter = new Counter(({ value }) => value);
        for (const step of run) {
          if (step.kind === 'publish') counter.publish();
          else if (step.kind === 'subscribe') counter.subscribe(step.client);
          else if (step.kind === 'unsubscribe') counter.unsubscribe(step.client);
          counter.check();
          counter.checkComplete();
        }
      }),
      RUNS,
    );
  });

  it('when snapshots are read at some time and come later still, and tell what they include', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (run) => {
        const open = new Map<string, (() => void)[]>();
        const counter = new Counter(async (self, sessionId) => {
          const read = new Deferred();
          const arrived = new Deferred();
          open.set(sessionId, [read.resolve, arrived.resolve]);
          await read.promise;
          const { value } = self;
          await arrived.promise;
          return value;
        });
        const answer = async (client: number): Promise<void> => {
          open.get(counter.clients[client]?.session.id ?? '')?.shift()?.();
          await settled();
        };
        for (const step of run) {
          if (step.kind === 'publish') counter.publish();
          else if (step.kind === 'subscribe') counter.subscribe(step.client);
          else if (step.kind === 'unsubscribe') counter.unsubscribe(step.client);
          else await answer(step.client);
          counter.check();
        }
        // An UNSUBSCRIBE behind an open snapshot lets the next SUBSCRIBE ask for another one.
        for (let round = 0; round < 2 * run.length; round++) {
          if ([...open.values()].every((left) => left.length === 0)) break;
          for (let client = 0; client < CLIENTS; client++) await answer(client);
        }
        counter.check();
        counter.checkComplete();
      }),
      fuzzRuns(20_261_125, 60),
    );
  });
});
