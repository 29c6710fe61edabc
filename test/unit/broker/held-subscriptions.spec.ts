import { describe, expect, it } from '@jest/globals';
import { HeldSubscriptions, type HeldSubscription } from '../../../src/broker/held-subscriptions.js';
import { ClientOutboundChannel, type Receiver } from '../../../src/messaging/client-outbound-channel.js';
import type { FirstMessage, Message } from '../../../src/messaging/message.js';
import { Deferred, settled } from '../../support/deferred.js';
import { RecordedLog } from '../../support/recorded-log.js';

function message(body: string, headers: Partial<Message['headers']> = {}): Message<Uint8Array> {
  return {
    payload: Buffer.from(body),
    headers: { simpMessageType: 'MESSAGE', nativeHeaders: new Map(), ...headers },
  };
}

const snapshot = message('snapshot', { simpSessionId: 's1', simpSubscriptionId: 'a' });

/** What would make the first message, moved by a test. */
class Snapshot implements FirstMessage {
  readonly taken = new Deferred<Message<Uint8Array> | undefined>();
  knows: (body: string) => boolean = () => false;

  take(): Promise<Message<Uint8Array> | undefined> {
    return this.taken.promise;
  }

  includes({ payload }: Message<Uint8Array>): boolean {
    return this.knows(Buffer.from(payload).toString());
  }

  waitFor(): void {}
}

/** Holds, and what leaves them: `session/subscription body`, in order. */
class Bench {
  readonly log = new RecordedLog();
  readonly left: string[] = [];
  readonly ended: string[] = [];
  readonly outbound = new ClientOutboundChannel(this.log, {
    handleMessage: ({ payload, headers }) => {
      this.left.push(`${headers.simpSessionId}/${headers.simpSubscriptionId} ${String(payload)}`);
      return true;
    },
    handleBroadcast: ({ payload }, receivers) => {
      for (const { sessionId, subscriptionId } of receivers) {
        this.left.push(`${sessionId}/${subscriptionId} ${String(payload)}`);
      }
    },
  });
  readonly held = new HeldSubscriptions(this.outbound, this.log, { messages: 3, bytes: 30 });

  subscription(first: FirstMessage, sessionId = 's1', subscriptionId = 'a'): HeldSubscription {
    return {
      sessionId,
      subscriptionId,
      destination: '/topic/a',
      first,
      session: {
        id: sessionId,
        user: undefined,
        attributes: new Map(),
        handshake: { url: '/', headers: {}, remoteAddress: undefined },
        subscriptions: new Map(),
        close: (code, reason) => {
          this.ended.push(`${sessionId} closed ${code} ${reason}`);
          this.held.removeSession(sessionId);
        },
      },
      forget: () => this.ended.push(`${sessionId}/${subscriptionId} forgotten`),
    };
  }

  /** As the broker publishes. */
  publish(body: string, ...receivers: readonly Receiver[]): void {
    const sent = message(body);
    this.outbound.broadcast(sent, this.held.isEmpty ? receivers : this.held.withoutHeld(sent, receivers));
  }
}

const A: Receiver = { sessionId: 's1', subscriptionId: 'a' };
const B: Receiver = { sessionId: 's1', subscriptionId: 'b' };
const OTHER: Receiver = { sessionId: 's2', subscriptionId: 'a' };

describe('A subscription whose first message is there at once', () => {
  it('gets it, and nothing is held', () => {
    const bench = new Bench();
    const first: FirstMessage = { take: () => snapshot, includes: () => true, waitFor: () => undefined };
    expect(bench.held.begin(bench.subscription(first))).toBe(true);
    bench.publish('after', A);
    expect(bench.left).toEqual(['s1/a snapshot', 's1/a after']);
    expect(bench.held.isEmpty).toBe(true);
  });

  it('that has none gets nothing but what is published', () => {
    const bench = new Bench();
    const first: FirstMessage = { take: () => undefined, includes: () => true, waitFor: () => undefined };
    expect(bench.held.begin(bench.subscription(first))).toBe(true);
    bench.publish('after', A);
    expect(bench.left).toEqual(['s1/a after']);
  });

  it('gets what making it has published after it', () => {
    const bench = new Bench();
    const first: FirstMessage = {
      take: () => {
        bench.publish('by the way', A, OTHER);
        return snapshot;
      },
      includes: () => false,
      waitFor: () => undefined,
    };
    void bench.held.begin(bench.subscription(first));
    expect(bench.left).toEqual(['s2/a by the way', 's1/a snapshot', 's1/a by the way']);
  });

  it('is forgotten when making it throws', () => {
    const bench = new Bench();
    const first: FirstMessage = {
      take: () => {
        throw new Error('no snapshot');
      },
      includes: () => false,
      waitFor: () => undefined,
    };
    expect(() => bench.held.begin(bench.subscription(first))).toThrow('no snapshot');
    expect(bench.ended).toEqual(['s1/a forgotten']);
    expect(bench.held.isEmpty).toBe(true);
  });

  it('stands when an interceptor lets it pass later, and is forgotten when one refuses it', async () => {
    const bench = new Bench();
    let isRefused = false;
    bench.outbound.addInterceptor({
      preSend: async (sent) => {
        await settled();
        if (isRefused) throw new Error('refused');
        return sent;
      },
    });
    const first: FirstMessage = { take: () => snapshot, includes: () => false, waitFor: () => undefined };
    await expect(Promise.resolve(bench.held.begin(bench.subscription(first)))).resolves.toBe(true);
    isRefused = true;
    await expect(Promise.resolve(bench.held.begin(bench.subscription(first)))).rejects.toMatchObject({
      code: 'STOMP_ERR_DELIVERY',
    });
    expect(bench.ended).toEqual(['s1/a forgotten']);
  });
});

describe('A subscription whose first message takes time', () => {
  it('gets what is published meanwhile behind it, in order; others get it at once', async () => {
    const bench = new Bench();
    const first = new Snapshot();
    const begun = bench.held.begin(bench.subscription(first));
    bench.publish('1', A, B, OTHER);
    bench.publish('2', A);
    expect(bench.left).toEqual(['s1/b 1', 's2/a 1']);
    first.taken.resolve(snapshot);
    await expect(begun).resolves.toBe(true);
    bench.publish('3', A);
    expect(bench.left.slice(2)).toEqual(['s1/a snapshot', 's1/a 1', 's1/a 2', 's1/a 3']);
    expect(bench.held.isEmpty).toBe(true);
  });

  it('does not get again what its first message includes', async () => {
    const bench = new Bench();
    const first = new Snapshot();
    first.knows = (body) => body === '1';
    const begun = bench.held.begin(bench.subscription(first));
    for (const body of ['1', '2', '1']) bench.publish(body, A);
    first.taken.resolve(snapshot);
    await begun;
    bench.publish('1', A);
    expect(bench.left).toEqual(['s1/a snapshot', 's1/a 2', 's1/a 1']);
  });

  it('keeps the order when an interceptor publishes while it is let go', async () => {
    const bench = new Bench();
    bench.outbound.addInterceptor({
      preSend: (sent) => {
        if (sent === snapshot) bench.publish('in between', A);
        return sent;
      },
    });
    const first = new Snapshot();
    const begun = bench.held.begin(bench.subscription(first));
    bench.publish('1', A);
    first.taken.resolve(snapshot);
    await begun;
    await settled();
    expect(bench.left).toEqual(['s1/a snapshot', 's1/a 1', 's1/a in between']);
  });

  it.each<[string, (first: Snapshot) => void]>([
    ['making it fails', (first) => first.taken.reject(new Error('no'))],
    [
      'asking what it includes fails',
      (first) => {
        first.knows = () => {
          throw new Error('no');
        };
        first.taken.resolve(snapshot);
      },
    ],
  ])('is forgotten, and gets nothing, when %s', async (_how, fail) => {
    const bench = new Bench();
    const first = new Snapshot();
    const begun = bench.held.begin(bench.subscription(first));
    bench.publish('1', A);
    fail(first);
    await expect(begun).rejects.toThrow('no');
    expect(bench.left).toEqual([]);
    expect(bench.ended).toEqual(['s1/a forgotten']);
    expect(bench.held.isEmpty).toBe(true);
  });

  it.each<[string, (bench: Bench) => void]>([
    ['it ends', ({ held }) => held.remove('s1', 'a')],
    ['its session ends', ({ held }) => held.removeSession('s1')],
  ])('gets nothing when %s meanwhile', async (_how, end) => {
    const bench = new Bench();
    const first = new Snapshot();
    const begun = bench.held.begin(bench.subscription(first));
    bench.publish('1', A);
    end(bench);
    expect(bench.held.isEmpty).toBe(true);
    first.taken.resolve(snapshot);
    await expect(begun).resolves.toBe(false);
    expect(bench.left).toEqual([]);
  });

  it('leaves others of its session held when it ends, and knows no stranger', async () => {
    const bench = new Bench();
    const first = new Snapshot();
    void bench.held.begin(bench.subscription(new Snapshot()));
    const begun = bench.held.begin(bench.subscription(first, 's1', 'b'));
    bench.held.remove('s1', 'a');
    bench.held.remove('s1', 'unknown');
    bench.held.remove('unknown', 'a');
    bench.publish('1', A, B);
    expect(bench.left).toEqual(['s1/a 1']);
    first.taken.resolve(undefined);
    await begun;
    expect(bench.left).toEqual(['s1/a 1', 's1/b 1']);
  });

  it.each<[string, string[]]>([
    ['messages', ['1', '2', '3', '4']],
    ['bytes', ['x'.repeat(30), 'y']],
  ])('ends its session when more %s wait than may: nothing is lost silently', async (_what, bodies) => {
    const bench = new Bench();
    const first = new Snapshot();
    const begun = bench.held.begin(bench.subscription(first));
    for (const body of bodies.slice(0, -1)) bench.publish(body, A, OTHER);
    expect(bench.ended).toEqual([]);
    bench.publish(bodies.at(-1) ?? '', A, OTHER);
    expect(bench.ended).toEqual(['s1/a forgotten', 's1 closed 4500 The snapshot took too long']);
    expect(bench.log.lines).toEqual([
      'warn Session s1 ended. STOMP_ERR_SNAPSHOT_LIMIT, more than 3 messages or 30 bytes for "/topic/a" waited for its ' +
        'snapshot. Make the snapshot faster.',
    ]);
    expect(bench.left).toEqual(bodies.map((body) => `s2/a ${body}`));
    first.taken.resolve(snapshot);
    await expect(begun).resolves.toBe(false);
    expect(bench.left).toHaveLength(bodies.length);
  });
});
