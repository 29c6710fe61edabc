import { describe, expect, it } from '@jest/globals';
import type { MaybePromise } from '../../../src/messaging/maybe-promise.js';
import { MessageHandlingError, MessageRejectedError } from '../../../src/messaging/messaging-error.js';
import type { FailureReport, RejectionPolicy } from '../../../src/session/frame-failure.js';
import { impossibleExpiryOf, remainingTimeOf } from '../../../src/session/principal-expiry.js';
import { settled } from '../../support/deferred.js';
import { MessageFlow } from '../../support/message-flow.js';

/** A client whose frames to /app/refused are refused, and to /app/broken fail in a handler. */
function client(rejections: RejectionPolicy, isTold: MaybePromise<boolean>) {
  const reports: FailureReport[] = [];
  const flow = new MessageFlow({
    session: {
      rejections,
      reportFailure: (_session, report) => {
        reports.push(report);
        return isTold;
      },
    },
  });
  flow.inbound.subscribe({
    handleMessage: ({ headers }) => {
      if (headers.simpDestination === '/app/refused') {
        throw new MessageRejectedError('No', { cause: new Error('the reason') });
      }
      if (headers.simpDestination === '/app/broken') throw new MessageHandlingError('It failed');
      return false;
    },
  });
  return { flow, reports, ...flow.connect() };
}

const REFUSED = 'ERROR\nmessage:No\ncode:STOMP_ERR_REJECTED\ncontent-length:0\n\n\0';
const warnings = (flow: MessageFlow): string[] => flow.log.lines.filter((line) => line.startsWith('warn'));

describe('a refused frame', () => {
  it.each(['SEND\n', 'SUBSCRIBE\nid:0\n'])('of %j ends the session where the policy says so', (frame) => {
    const { reports, transport, say } = client('disconnect', true);
    say(`${frame}destination:/app/refused\n\n\0`);
    expect(transport.take()).toEqual([REFUSED]);
    expect(transport.closed?.code).toBe(1008);
    expect(reports).toEqual([]);
  });

  it('is reported where the policy says so, with one line in the log, and the session lives on', () => {
    const { flow, reports, session, transport, say } = client('report', true);
    say('SEND\ndestination:/app/refused\nreceipt:r\n\n\0SUBSCRIBE\nid:7\ndestination:/app/refused\n\n\0');
    expect(reports).toEqual([
      {
        code: 'STOMP_ERR_REJECTED',
        message: 'No',
        command: 'SEND',
        destination: '/app/refused',
        receipt: 'r',
        subscription: undefined,
      },
      expect.objectContaining({ command: 'SUBSCRIBE', receipt: undefined, subscription: '7' }),
    ]);
    expect(warnings(flow)).toEqual([
      expect.stringContaining(
        `Session ${session.id}: SEND was refused. STOMP_ERR_REJECTED, No (Error: the reason`,
      ),
      expect.stringContaining('SUBSCRIBE was refused'),
    ]);
    say('SUBSCRIBE\nid:8\ndestination:/topic/a\nreceipt:s\n\n\0');
    expect(transport.take()).toEqual(['RECEIPT\nreceipt-id:s\n\n\0']);
  });

  it('is warned of ten times a minute, so that a client cannot fill the log', () => {
    const { flow, transport, say } = client('report', true);
    for (let frame = 0; frame < 1000; frame++) say('SEND\ndestination:/app/refused\n\n\0');
    expect(warnings(flow)).toHaveLength(10);
    expect(warnings(flow).at(-1)).toContain('Its further refusals of this minute are in the debug log.');
    expect(flow.log.lines.filter((line) => line.startsWith('debug'))).toHaveLength(990);
    flow.clock.advance(60_000);
    say('SEND\ndestination:/app/refused\n\n\0');
    expect(warnings(flow)).toHaveLength(11);
    expect(transport.closed).toBeUndefined();
  });

  it('is waited for: the next frame is looked at when it has been reported', async () => {
    const { transport, say } = client(
      'report',
      settled().then(() => true),
    );
    say('SEND\ndestination:/app/refused\n\n\0SUBSCRIBE\nid:8\ndestination:/topic/a\nreceipt:s\n\n\0');
    expect(transport.take()).toEqual([]);
    expect(await transport.takeWhenSent(1)).toEqual(['RECEIPT\nreceipt-id:s\n\n\0']);
  });

  it('ends the session of a client that waits for a receipt and listens to no reports', () => {
    const { transport, say } = client('report', false);
    say('SEND\ndestination:/app/refused\n\n\0');
    expect(transport.closed).toBeUndefined();
    say('SEND\ndestination:/app/refused\nreceipt:r\n\n\0');
    expect(transport.take()).toEqual([
      'ERROR\nmessage:No\nreceipt-id:r\ncode:STOMP_ERR_REJECTED\ncontent-length:0\n\n\0',
    ]);
    expect(transport.closed?.code).toBe(1008);
  });

  it('leaves its subscription id to be given up or used again', () => {
    const { flow, session, transport, say } = client('report', true);
    say(
      'SUBSCRIBE\nid:7\ndestination:/app/refused\n\n\0SUBSCRIBE\nid:7\ndestination:/topic/a\nreceipt:1\n\n\0',
    );
    expect(transport.take()).toEqual(['RECEIPT\nreceipt-id:1\n\n\0']);
    expect([...session.subscriptions]).toEqual([['7', '/topic/a']]);
    say('SUBSCRIBE\nid:8\ndestination:/app/refused\n\n\0UNSUBSCRIBE\nid:8\nreceipt:2\n\n\0');
    expect(transport.take()).toEqual(['RECEIPT\nreceipt-id:2\n\n\0']);
    expect(flow.broker.subscriptionCount).toBe(1);
  });

  it.each<[string, () => null]>([
    ['dropped', () => null],
    [
      'refused',
      () => {
        throw new MessageRejectedError('Stay');
      },
    ],
  ])('that is an UNSUBSCRIBE takes effect although it was %s: nobody is kept', async (_title, stop) => {
    const { flow, session, say } = client('report', true);
    const rest = async (): Promise<void> => {
      for (let turn = 0; turn < 4; turn++) await settled();
    };
    flow.inbound.addInterceptor({
      preSend: (message) => (message.headers.simpMessageType === 'UNSUBSCRIBE' ? stop() : message),
    });
    for (let id = 0; id < 200; id++) {
      say(`SUBSCRIBE\nid:${id}\ndestination:/topic/a\n\n\0UNSUBSCRIBE\nid:${id}\n\n\0`);
      await rest();
    }
    expect(session.subscriptions.size).toBe(0);
    expect(flow.broker.subscriptionCount).toBe(0);
  });

  it('that is a SUBSCRIBE brings nothing, even if the broker has taken it', () => {
    const { flow, transport, say } = client('report', true);
    flow.inbound.subscribe({
      handleMessage: ({ headers }) => {
        if (headers.simpDestination === '/topic/secret') throw new MessageHandlingError('Not you');
        return false;
      },
    });
    say('SUBSCRIBE\nid:7\ndestination:/topic/secret\n\n\0');
    void flow.template.convertAndSend('/topic/secret', 'x');
    expect(transport.take()).toEqual([]);
  });

  it.each([
    [
      'one subscription too many',
      'SUBSCRIBE\nid:9\ndestination:/topic/x\n\n\0',
      'STOMP_ERR_SUBSCRIPTION_LIMIT',
    ],
    ['an unknown subscription', 'UNSUBSCRIBE\nid:nope\nreceipt:u\n\n\0', 'STOMP_ERR_UNKNOWN_SUBSCRIPTION'],
    [
      'a pattern that cannot be read',
      'SUBSCRIBE\nid:p\ndestination:/topic/{x:[}\n\n\0',
      'STOMP_ERR_PATTERN_SYNTAX',
    ],
    ['nobody there', 'SEND\ndestination:/nowhere\nreceipt:r\n\n\0', 'STOMP_ERR_NOT_ROUTABLE'],
  ])('may be %s', (_title, frame, code) => {
    const { flow, reports, transport, say } = client('report', true);
    const isFull = code === 'STOMP_ERR_SUBSCRIPTION_LIMIT';
    if (isFull) for (let id = 0; id < 100; id++) say(`SUBSCRIBE\nid:s${id}\ndestination:/topic/a\n\n\0`);
    say(frame);
    expect(reports.map((report) => report.code)).toEqual([code]);
    expect(transport.closed).toBeUndefined();
    expect(warnings(flow)).toHaveLength(1);
  });

  it.each([
    ['SEND without a destination', 'SEND\n\n\0', 'STOMP_ERR_INVALID_FRAME'],
    ['SUBSCRIBE without an id', 'SUBSCRIBE\ndestination:/topic/a\n\n\0', 'STOMP_ERR_INVALID_FRAME'],
    ['a second CONNECT', 'CONNECT\naccept-version:1.2\n\n\0', 'STOMP_ERR_ALREADY_CONNECTED'],
    ['COMMIT of nothing', 'COMMIT\ntransaction:t\n\n\0', 'STOMP_ERR_UNKNOWN_TRANSACTION'],
    ['nonsense', 'nonsense\n\n\0', 'STOMP_ERR_UNKNOWN_COMMAND'],
  ])('is not what breaks the protocol: %s ends the session', (_title, frame, code) => {
    const { reports, transport, say } = client('report', true);
    say(frame);
    expect(transport.take().join('')).toContain(`code:${code}\n`);
    expect(transport.closed).toBeDefined();
    expect(reports).toEqual([]);
  });
});

describe('a frame whose handler failed', () => {
  it.each<[RejectionPolicy, boolean, boolean, boolean]>([
    ['disconnect', false, false, false],
    ['disconnect', true, false, false],
    ['disconnect', false, true, true],
    ['disconnect', true, true, true],
    ['report', false, false, false],
    ['report', true, false, false],
    ['report', false, true, true],
    ['report', true, true, false],
  ])('by policy %s, told %s, with a receipt %s: ends the session %s', (policy, isTold, hasReceipt, ends) => {
    const { flow, reports, transport, say } = client(policy, isTold);
    say(`SEND\ndestination:/app/broken\n${hasReceipt ? 'receipt:r\n' : ''}\n\0`);
    expect(reports.map(({ code }) => code)).toEqual(['STOMP_ERR_HANDLER']);
    expect(transport.closed !== undefined).toBe(ends);
    // That a handler failed is logged where it failed.
    expect(warnings(flow)).toHaveLength(ends ? 1 : 0);
  });
});

describe('the remaining time of a principal', () => {
  it.each([
    [undefined, Infinity],
    [{ name: 'joe' }, Infinity],
    [{ name: 'joe', expiresAt: 1500 }, 500],
    [{ name: 'joe', expiresAt: new Date(900) }, -100],
    [{ name: 'joe', expiresAt: new Date('never') }, 0],
    [{ name: 'joe', expiresAt: Number.NaN }, 0],
  ])('of %j is %d ms', (principal, expected) => {
    expect(remainingTimeOf(principal, 1000)).toBe(expected);
  });
});

describe('the log of an end that nobody meant', () => {
  it.each([
    [
      1_800_000_000,
      'expiresAt 1800000000 is in 1970 to 1973: it is in milliseconds, the exp of a JWT in seconds',
    ],
    [Number.NaN, 'expiresAt is no time'],
    [0, undefined],
    [new Date('2020-01-01'), undefined],
  ])('says of %p: %s', (expiresAt, expected) => {
    expect(impossibleExpiryOf({ name: 'joe', expiresAt })).toBe(expected);
  });
});
