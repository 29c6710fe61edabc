import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { settled } from '../support/deferred.js';
import { fuzzRuns } from '../support/fuzz-runs.js';
import { MessageFlow, type FlowClient } from '../support/message-flow.js';
import { MODEL_LIMITS, SessionModel, type ModelDelivery, type Step } from '../support/session-model.js';

/** A step of the clock; the heart-beats of the model are lost in the fourth of silence, its CONNECT in the third. */
const STEP_MS = 6000;

/** A step before it is known what there is to acknowledge. */
interface Sketch {
  readonly step: Step;
  /** Which of the deliveries so far an ACK or NACK is about. */
  readonly which: number;
  /** Said even if the session ends of it; most are not, or no session would become old. */
  readonly isBold: boolean;
}

interface Model {
  readonly session: SessionModel;
  /** Everything that the client may acknowledge, by the id it was given. */
  readonly given: { readonly delivery: ModelDelivery; readonly ackId: string }[];
  silentMs: number;
  steps: number;
}

interface Real {
  readonly flow: MessageFlow;
  readonly client: FlowClient;
}

type Command = fc.AsyncCommand<Model, Real, boolean>;

function header(frame: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*)$`, 'm').exec(frame)?.[1];
}

function line(name: string, value: string | undefined): string {
  return value === undefined ? '' : `${name}:${value}\n`;
}

function frameOf(step: Step, name: string, ackId: string): string {
  if (step.kind === 'heart-beat') return '\n';
  if (step.kind === 'malformed') return step.octets;
  const receipt = step.receipt ? `receipt:${name}\n` : '';
  switch (step.kind) {
    case 'connect': {
      const accept = line('accept-version', step.accept || undefined);
      return `CONNECT\n${accept}heart-beat:${step.heartBeat}\n${receipt}\n\0`;
    }
    case 'send':
      return `SEND\ndestination:${step.destination}\n${line('transaction', step.transaction)}${receipt}\n${name}\0`;
    case 'subscribe':
      return `SUBSCRIBE\n${line('id', step.id)}destination:${step.destination}\nack:${step.mode}\n${receipt}\n\0`;
    case 'unsubscribe':
      return `UNSUBSCRIBE\nid:${step.id}\n${receipt}\n\0`;
    case 'settle':
      // Each version reads its own header and no other.
      return `${step.command}\nid:${ackId}\nmessage-id:${ackId}\n${line('transaction', step.transaction)}${receipt}\n\0`;
    case 'disconnect':
      return `DISCONNECT\n${receipt}\n\0`;
    default:
      return `${step.kind.toUpperCase()}\ntransaction:${step.transaction}\n${receipt}\n\0`;
  }
}

/** Takes the MESSAGEs that have to be there from the front: each subscription's in order. */
function takeDeliveries(frames: string[], deliveries: readonly ModelDelivery[], model: Model): void {
  const missing = [...deliveries];
  for (const frame of frames.splice(0, deliveries.length)) {
    const [subscribed, sentTo] = [header(frame, 'subscription'), header(frame, 'destination')];
    const index = missing.findIndex(
      ({ subscription: { id, destination } }) =>
        id === subscribed && (id !== undefined || destination === sentTo),
    );
    const [delivery] = index < 0 ? [] : missing.splice(index, 1);
    expect([
      frame.slice(0, 8),
      frame.slice(frame.indexOf('\n\n') + 2, -1),
      header(frame, 'redelivered'),
    ]).toEqual(['MESSAGE\n', delivery?.body, (delivery?.before ?? 0) > 0 ? 'true' : undefined]);
    if (delivery === undefined) continue;
    const ackId = header(frame, model.session.version === '1.2' ? 'ack' : 'message-id');
    if (ackId !== undefined) model.given.push({ delivery, ackId });
    else expect(delivery.subscription.mode).toBe('auto');
  }
  expect(missing.map(({ body }) => body)).toEqual([]);
}

function expectCounts({ session }: Model, { flow, client }: Real): void {
  expect(flow.log.lines.filter((text) => text.startsWith('error'))).toEqual([]);
  expect(client.transport.late.length).toBe(0);
  expect(client.transport.closed !== undefined).toBe(session.state === 'ended');
  // The observer's are the others.
  expect({
    subscriptions: flow.broker.subscriptionCount - 1,
    unacknowledged: flow.broker.unacknowledgedCount,
    sessions: flow.handler.sessionCount - 1,
  }).toEqual({
    subscriptions: session.subscriptionCount,
    unacknowledged: session.unacknowledgedCount,
    sessions: session.state === 'ended' ? 0 : 1,
  });
}

function takeFrames({ session }: Model, { client }: Real): string[] {
  const frames = client.transport.take();
  if (!session.hasHeartBeats) return frames;
  return frames.filter((frame) => frame !== '\n');
}

/** The step, or as much of it as the session outlives. */
function harmless(step: Step, session: SessionModel): Step {
  const isPart = step.kind === 'send' || step.kind === 'settle';
  const lesser: Step = isPart ? { ...step, transaction: undefined } : step;
  const least = 'receipt' in lesser ? { ...lesser, receipt: false } : lesser;
  return [step, lesser, least].find((some) => session.accepts(some)) ?? { kind: 'heart-beat' };
}

class Say implements Command {
  #said = '';

  constructor(
    readonly sketches: readonly Sketch[],
    readonly cuts: readonly number[],
    readonly isGoneAfter: boolean,
  ) {}

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    const { session, given } = model;
    const before = session.state;
    const steps = this.sketches.map((sketch) => {
      const name = `n${model.steps++}`;
      const named = given.at(sketch.which % (given.length + 1));
      const chosen =
        sketch.step.kind === 'settle' ? { ...sketch.step, delivery: named?.delivery } : sketch.step;
      const step = sketch.isBold ? chosen : harmless(chosen, session);
      return { step, name, ackId: named?.ackId ?? 'none', answer: session.take(step, name) };
    });
    const octets = steps.map(({ step, name, ackId }) => frameOf(step, name, ackId)).join('');
    this.#said = octets;
    const cuts = [0, ...this.cuts.map((cut) => cut % octets.length), octets.length].sort((a, b) => a - b);
    for (const [index, cut] of cuts.slice(1).entries()) real.client.say(octets.slice(cuts[index], cut));
    if (this.isGoneAfter) real.client.session.transportClosed();
    await real.client.session.whenIdle();
    if (before !== 'awaiting-connect' || session.state !== before) model.silentMs = 0;
    const frames = takeFrames(model, real);
    for (const { deliveries, last } of steps.map(({ answer }) => answer)) {
      takeDeliveries(frames, deliveries, model);
      if (last === undefined) continue;
      const frame = frames.shift() ?? '';
      expect(frame.slice(0, frame.indexOf('\n'))).toBe(last.command);
      expect(header(frame, 'receipt-id')).toBe(last.receipt);
      if (last.code !== 'any') expect(header(frame, 'code')).toBe(last.code);
    }
    expect(frames).toEqual([]);
    if (this.isGoneAfter) session.end();
    expectCounts(model, real);
  }

  toString(): string {
    return `say(${JSON.stringify(this.#said)}, cut at ${this.cuts.join()}${this.isGoneAfter ? ', then gone' : ''})`;
  }
}

class Wait implements Command {
  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    const { session } = model;
    model.silentMs += STEP_MS;
    real.flow.clock.advance(STEP_MS);
    await real.client.session.whenIdle();
    const codes = takeFrames(model, real).map((frame) => [frame.slice(0, 6), header(frame, 'code')]);
    if (session.state === 'awaiting-connect' && model.silentMs > 2.5 * STEP_MS) {
      expect(codes).toEqual([['ERROR\n', 'STOMP_ERR_CONNECT_TIMEOUT']]);
      session.end();
    } else if (session.state === 'connected' && session.hasHeartBeats && model.silentMs > 3.5 * STEP_MS) {
      expect(codes).toEqual([['ERROR\n', 'STOMP_ERR_HEART_BEAT_LOST']]);
      session.end();
    } else expect(codes).toEqual([]);
    expectCounts(model, real);
  }

  toString(): string {
    return 'wait';
  }
}

class Leave implements Command {
  constructor(readonly how: 'gone' | 'gone in a frame' | 'closed here') {}

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    const { session, transport } = real.client;
    if (this.how === 'gone in a frame')
      real.client.say('SEND\ndestination:/topic/a\ncontent-length:9\n\nhalf');
    if (this.how === 'closed here') session.close();
    else session.transportClosed();
    await session.whenIdle();
    expect(transport.take().filter((frame) => frame !== '\n')).toEqual([]);
    model.session.end();
    expectCounts(model, real);
  }

  toString(): string {
    return this.how;
  }
}

const destination = fc.constantFrom('/topic/a', '/topic/b', '/topic/a', '/topic/b', '/app/slow', '/nowhere');
const subscribed = fc.constantFrom('/topic/a', '/topic/b', '/topic/*', '/topic/a', '/topic/b', '/nowhere');
const id = fc.constantFrom('0', '1', 'constructor', '__proto__', '4');
const transaction = fc.constantFrom('t1', 't1', 't1', 't2', 't3');
const maybe = fc.option(transaction, { nil: undefined, freq: 2 });
const receipt = fc.boolean();

const connect = fc.record({
  kind: fc.constant('connect' as const),
  accept: fc.constantFrom('1.2', '1.1', '1.0', '', '1.0,1.1,1.2', '1.1,9.0'),
  heartBeat: fc.constantFrom('0,0', '10000,10000'),
  receipt,
});
const wrongConnect = fc.record({
  kind: fc.constant('connect' as const),
  accept: fc.constantFrom('1.2', '', '3.0'),
  heartBeat: fc.constantFrom('0,0', 'often'),
  receipt,
});
const send = fc.record({ kind: fc.constant('send' as const), destination, transaction: maybe, receipt });
const subscribe = fc
  .record({
    kind: fc.constant('subscribe' as const),
    id: fc.option(id, { nil: undefined, freq: 12 }),
    destination: subscribed,
    mode: fc.constantFrom('auto', 'client', 'client-individual'),
    receipt,
  })
  // Without an id, nothing in a MESSAGE would tell a pattern's from those of another subscription.
  .filter((some) => some.id !== undefined || some.destination !== '/topic/*');
const unsubscribe = fc.record({ kind: fc.constant('unsubscribe' as const), id, receipt });
const settle = fc.record({
  kind: fc.constant('settle' as const),
  command: fc.constantFrom('ACK' as const, 'NACK' as const),
  delivery: fc.constant(undefined),
  transaction: maybe,
  receipt,
});
const bracket = fc.record({
  kind: fc.constantFrom(
    'begin' as const,
    'begin' as const,
    'commit' as const,
    'commit' as const,
    'abort' as const,
  ),
  transaction,
  receipt,
});
const end = fc.oneof(
  fc.record({ kind: fc.constant('disconnect' as const), receipt }),
  fc.record({
    kind: fc.constant('malformed' as const),
    octets: fc.constantFrom(
      'HELLO\n\n\0',
      'SEND\nno colon\n\n\0',
      'SEND\n\n\0',
      'MESSAGE\ndestination:/topic/a\n\n\0',
      'SEND\ndestination:/topic/a\ncontent-length:x\n\n\0',
      'SEND\ndestination:/topic/a\ncontent-length:1\n\nabc\0',
      'SUBSCRIBE\nid:9\ndestination:/topic/a\nack:never\n\n\0',
      'BEGIN\n\n\0',
      '\r\rSEND\n\n\0',
    ),
  }),
  wrongConnect,
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: send },
  { weight: 8, arbitrary: subscribe },
  { weight: 3, arbitrary: unsubscribe },
  { weight: 8, arbitrary: settle },
  { weight: 6, arbitrary: bracket },
  { weight: 2, arbitrary: fc.constant({ kind: 'heart-beat' as const }) },
  { weight: 1, arbitrary: end },
);
const sketches = fc.array(
  fc.record({ step, which: fc.nat(1000), isBold: fc.nat(99).map((number) => number === 99) }),
  { minLength: 1, maxLength: 5 },
);
const cuts = fc.array(fc.nat(10_000), { maxLength: 4 });
const goodbye = fc.constantFrom('gone' as const, 'gone in a frame' as const, 'closed here' as const);
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 40, arbitrary: fc.tuple(sketches, cuts).map(([steps, at]) => new Say(steps, at, false)) },
  { weight: 5, arbitrary: fc.constant(null).map(() => new Wait()) },
  { weight: 1, arbitrary: fc.tuple(sketches, cuts).map(([steps, at]) => new Say(steps, at, true)) },
  { weight: 1, arbitrary: goodbye.map((how) => new Leave(how)) },
);
const commands = fc.commands([command], { maxCommands: 25, size: 'large' });

function openFlow(): Real & { readonly observer: FlowClient } {
  const flow = new MessageFlow({
    broker: { heartbeat: [10_000, 10_000] },
    session: {
      timeToConnectMs: 2.5 * STEP_MS,
      maxSubscriptions: MODEL_LIMITS.subscriptions,
      transactionLimits: { ...MODEL_LIMITS, bytes: 1_000_000 },
    },
  });
  flow.onSend(settled);
  const observer = flow.connect();
  observer.say('SUBSCRIBE\nid:0\ndestination:/topic/**\n\n\0');
  return { flow, observer, client: flow.open() };
}

describe('A session', () => {
  const rejections: unknown[] = [];
  const note = (reason: unknown): void => void rejections.push(reason);
  beforeEach(() => void process.on('unhandledRejection', note));
  afterEach(() => void process.off('unhandledRejection', note));

  it('answers any frames, cut anywhere, with what a small model says, and leaves nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.option(connect, { freq: 12 }), commands, async (first, sequence) => {
        const { flow, observer, client } = openFlow();
        const model = { session: new SessionModel(), given: [], silentMs: 0, steps: 0 };
        const real = { flow, client };
        if (first !== null)
          await new Say([{ step: first, which: 0, isBold: true }], [], false).run(model, real);
        await fc.asyncModelRun(() => ({ model, real }), sequence);
        client.session.close();
        await client.session.whenIdle();
        const bodies = observer.transport.take().map((frame) => frame.slice(frame.indexOf('\n\n') + 2, -1));
        expect(bodies).toEqual(model.session.published);
        observer.session.close();
        await observer.session.whenIdle();
        const ends = flow.received.filter(({ headers }) => headers.simpMessageType === 'DISCONNECT');
        expect(ends.map(({ headers }) => headers.simpSessionId)).toEqual([
          client.session.id,
          observer.session.id,
        ]);
        expect({
          sessions: flow.handler.sessionCount + flow.broker.sessionCount,
          subscriptions: flow.broker.subscriptionCount,
          kept: flow.broker.unacknowledgedCount + flow.broker.heldBackCount,
          timers: flow.wheel.size,
          late: client.transport.late.length,
        }).toEqual({ sessions: 0, subscriptions: 0, kept: 0, timers: 0, late: 0 });
        flow.clock.advance(flow.wheel.resolutionMs);
        expect(flow.clock.intervals).toBe(0);
        await settled();
        expect(rejections).toEqual([]);
      }),
      fuzzRuns(20_261_128, 300),
    );
  });
});
