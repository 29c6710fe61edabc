import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ChannelInterceptor } from '../../src/messaging/channel-interceptor.js';
import { withHeaders, type Message } from '../../src/messaging/message.js';
import { fuzzRuns } from '../support/fuzz-runs.js';
import { MessageFlow, type FlowClient, type FlowSetup } from '../support/message-flow.js';

const RUNS = fuzzRuns(20_261_124, 30);

/** Where in a run something may take its time. Each number is a place; those in the list do. */
const places = fc.uniqueArray(fc.nat(40), { maxLength: 30 });

/**
 * Lets whoever asks wait until the scheduler, which knows no order, lets it go on. Whoever is not in the list does
 * not wait, so that slow and fast ones meet.
 */
class Delays {
  #asked = 0;

  constructor(
    private readonly scheduler: fc.Scheduler,
    private readonly slow: readonly number[],
  ) {}

  /** `undefined` for those that need not wait. */
  next(name: string): Promise<void> | undefined {
    return this.slow.includes(this.#asked++ % 41)
      ? this.scheduler.schedule(Promise.resolve(), name)
      : undefined;
  }

  interceptor(name: string): ChannelInterceptor {
    const pass = (message: Message): Message | Promise<Message> =>
      this.next(`${name} preSend`)?.then(() => message) ?? message;
    return {
      preSend: pass,
      postSend: () => this.next(`${name} postSend`),
      afterSendCompletion: () => this.next(`${name} afterSendCompletion`),
    };
  }
}

interface Run {
  readonly flow: MessageFlow;
  readonly scheduler: fc.Scheduler;
  readonly delays: Delays;
}

function prepare(scheduler: fc.Scheduler, slow: readonly number[], setup: FlowSetup = {}): Run {
  return { flow: new MessageFlow(setup), scheduler, delays: new Delays(scheduler, slow) };
}

function bodyOf(frame: string): string {
  return frame.slice(frame.indexOf('\n\n') + 2, -1);
}

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, i) => String(i));
}

const FRAMES = 12;

/** Two clients SEND; the answer is what each client's handlers began with, ended with, and its receipts. */
async function sendConcurrently({ flow, scheduler, delays }: Run) {
  const seen = new Map<string, string[]>();
  const note = (what: string, { headers, payload }: Message): void => {
    const key = `${String(headers.simpSessionId)} ${what}`;
    seen.set(key, [...(seen.get(key) ?? []), String(payload)]);
  };
  flow.onSend((_, message) => {
    note('begins', message);
    const delay = delays.next('handler');
    if (delay === undefined) note('ends', message);
    return delay?.then(() => note('ends', message));
  });
  const clients = [flow.connect(), flow.connect()];
  flow.inbound.addInterceptor(delays.interceptor('inbound'));
  for (const n of numbers(FRAMES)) {
    for (const { say } of clients) say(`SEND\ndestination:/app/a\nreceipt:${n}\n\n${n}\0`);
  }
  const answers = clients.map(({ transport }) => transport.takeWhenSent(FRAMES));
  const receipts = await scheduler.waitFor(Promise.all(answers));
  return clients.map(({ session }, index) => ({
    begins: seen.get(`${session.id} begins`),
    ends: seen.get(`${session.id} ends`),
    receipts: receipts[index]?.map((frame) => frame.replace(/^RECEIPT\nreceipt-id:|\n\n\0$/g, '')),
  }));
}

const IN_ORDER = { begins: numbers(FRAMES), ends: numbers(FRAMES), receipts: numbers(FRAMES) };

describe('random delays of handlers and interceptors', () => {
  it('never reorder the frames of one session', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), places, async (scheduler, slow) => {
        expect(await sendConcurrently(prepare(scheduler, slow))).toEqual([IN_ORDER, IN_ORDER]);
      }),
      RUNS,
    );
  });

  it('reorder them where the application has asked for it: the scheduler of this test does shuffle', async () => {
    const { failed } = await fc.check(
      fc.asyncProperty(fc.scheduler(), places, async (scheduler, slow) => {
        const run = prepare(scheduler, slow, { session: { preserveReceiveOrder: false } });
        expect(await sendConcurrently(run)).toEqual([IN_ORDER, IN_ORDER]);
      }),
      { ...RUNS, endOnFailure: true },
    );
    expect(failed).toBe(true);
  });

  it('never reorder what is published on one destination', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), places, async (scheduler, slow) => {
        const { flow, delays } = prepare(scheduler, slow);
        flow.brokerChannel.addInterceptor(delays.interceptor('broker'));
        const destinations = ['/topic/a', '/topic/b', '/queue/a'];
        const clients = destinations.map((destination) => subscriber(flow, destination));
        for (const n of numbers(FRAMES)) {
          for (const destination of destinations) void flow.template.convertAndSend(destination, n);
        }
        const answers = clients.map(({ transport }) => transport.takeWhenSent(FRAMES));
        const arrived = await scheduler.waitFor(Promise.all(answers));
        for (const frames of arrived) expect(frames.map(bodyOf)).toEqual(numbers(FRAMES));
        await scheduler.waitIdle();
        expect(flow.brokerChannel.pendingKeys).toBe(0);
      }),
      RUNS,
    );
  });

  it('never reorder what leaves for one session, whatever destinations it comes from', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), places, async (scheduler, slow) => {
        const { flow, delays } = prepare(scheduler, slow);
        const clients = [subscriber(flow, '/topic/*'), subscriber(flow, '/topic/**')];
        flow.outbound.addInterceptor(delays.interceptor('outbound'));
        for (const n of numbers(FRAMES)) void flow.template.convertAndSend(`/topic/${Number(n) % 3}`, n);
        const answers = clients.map(({ transport }) => transport.takeWhenSent(FRAMES));
        const arrived = await scheduler.waitFor(Promise.all(answers));
        for (const frames of arrived) expect(frames.map(bodyOf)).toEqual(numbers(FRAMES));
        await scheduler.waitIdle();
        expect(flow.outbound.pendingKeys).toBe(0);
      }),
      RUNS,
    );
  });

  it('never reorder one client’s SENDs on their way through handlers and broker to a subscriber', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), places, async (scheduler, slow) => {
        const { flow, delays } = prepare(scheduler, slow);
        const reader = subscriber(flow, '/topic/a');
        const writers = [flow.connect(), flow.connect()];
        flow.onSend(async (name, { payload }) => {
          await delays.next('handler');
          await flow.template.convertAndSend('/topic/a', `${name} ${String(payload)}`);
        });
        flow.inbound.addInterceptor(delays.interceptor('inbound'));
        flow.brokerChannel.addInterceptor(delays.interceptor('broker'));
        flow.outbound.addInterceptor(delays.interceptor('outbound'));
        for (const n of numbers(FRAMES)) {
          writers.forEach(({ say }, index) => say(`SEND\ndestination:/app/${index}\n\n${n}\0`));
        }
        const answer = reader.transport.takeWhenSent(2 * FRAMES);
        const bodies = (await scheduler.waitFor(answer)).map(bodyOf);
        for (const name of ['0', '1']) {
          expect(bodies.filter((body) => body.startsWith(`${name} `))).toEqual(
            numbers(FRAMES).map((n) => `${name} ${n}`),
          );
        }
      }),
      RUNS,
    );
  });

  it('never let a message be replaced by another’s', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), places, async (scheduler, slow) => {
        const { flow, delays } = prepare(scheduler, slow);
        const clients = ['0', '1', '2'].map((id) => subscriber(flow, '/topic/a', id));
        flow.outbound.addInterceptor({
          preSend: async (message) => {
            await delays.next('outbound');
            return withHeaders(message, {
              nativeHeaders: new Map([['for', [String(message.headers.simpSubscriptionId)]]]),
            });
          },
        });
        for (const n of numbers(FRAMES)) void flow.template.convertAndSend('/topic/a', n);
        const answers = clients.map(({ transport }) => transport.takeWhenSent(FRAMES));
        const arrived = await scheduler.waitFor(Promise.all(answers));
        arrived.forEach((frames, id) => {
          for (const frame of frames)
            expect(frame).toMatch(new RegExp(`\nfor:${id}\n[^]*\nsubscription:${id}\n`));
        });
      }),
      RUNS,
    );
  });
});

function subscriber(flow: MessageFlow, destination: string, id = '0'): FlowClient {
  const client = flow.connect();
  client.say(`SUBSCRIBE\nid:${id}\ndestination:${destination}\n\n\0`);
  return client;
}
