import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Message } from '../../../src/messaging/message.js';
import type { MessageHandler, SendOutcome } from '../../../src/messaging/message-channel.js';
import { NO_NATIVE_HEADERS } from '../../../src/messaging/native-headers.js';
import { SubscribableChannel } from '../../../src/messaging/subscribable-channel.js';
import { Deferred } from '../../support/deferred.js';
import { RecordedLog } from '../../support/recorded-log.js';

function message(payload: string): Message {
  return { payload, headers: { simpMessageType: 'MESSAGE', nativeHeaders: NO_NATIVE_HEADERS } };
}

describe('a channel', () => {
  let log: RecordedLog;
  let channel: SubscribableChannel;
  let seen: string[];

  /** A subscriber that notes what it sees and answers in its own way. */
  function subscriber(name: string, answer: () => boolean | Promise<boolean> = () => true): MessageHandler {
    return {
      handleMessage: ({ payload }) => {
        seen.push(`${name} ${String(payload)}`);
        return answer();
      },
    };
  }

  function failing(name: string, text: string): MessageHandler {
    return subscriber(name, () => {
      throw new Error(text);
    });
  }

  beforeEach(() => {
    log = new RecordedLog();
    channel = new SubscribableChannel('clientInboundChannel', log);
    seen = [];
  });

  it('has a name', () => {
    expect(channel.name).toBe('clientInboundChannel');
  });

  it('shows a message to every subscriber, in order of subscription, at once', () => {
    channel.subscribe(subscriber('a'));
    channel.subscribe(subscriber('b'));
    expect(channel.send(message('1'))).toBe('handled');
    expect(seen).toEqual(['a 1', 'b 1']);
  });

  it.each<[boolean[], SendOutcome]>([
    [[], 'unhandled'],
    [[false], 'unhandled'],
    [[false, false], 'unhandled'],
    [[false, true], 'handled'],
    [[true, false], 'handled'],
  ])('is %j handled: %s', (answers, outcome) => {
    for (const answer of answers) channel.subscribe(subscriber('s', () => answer));
    expect(channel.send(message('1'))).toBe(outcome);
  });

  it.each<[boolean[], SendOutcome]>([
    [[false, false], 'unhandled'],
    [[false, true], 'handled'],
    [[true, false], 'handled'],
  ])('says so later when subscribers answer later: %j is %s', async (answers, outcome) => {
    for (const answer of answers) channel.subscribe(subscriber('s', () => Promise.resolve(answer)));
    const sent = channel.send(message('1'));
    expect(sent).toBeInstanceOf(Promise);
    expect(await sent).toBe(outcome);
  });

  it('has an outcome when the last subscriber has finished', async () => {
    const work = new Deferred<boolean>();
    channel.subscribe(subscriber('fast'));
    channel.subscribe(subscriber('slow', () => work.promise));
    let outcome = 'none yet';
    const sent = Promise.resolve(channel.send(message('1'))).then((value) => (outcome = value));
    await Promise.resolve();
    expect(outcome).toBe('none yet');
    work.resolve(false);
    await sent;
    expect(outcome).toBe('handled');
  });

  it('no longer shows anything to who has left, and leaving twice takes nobody else away', () => {
    const twin = subscriber('twin');
    const leave = channel.subscribe(twin);
    channel.subscribe(subscriber('other'));
    channel.subscribe(twin);
    leave();
    void channel.send(message('1'));
    expect(seen).toEqual(['other 1', 'twin 1']);
    leave();
    leave();
    void channel.send(message('2'));
    expect(seen.slice(2)).toContain('other 2');
  });

  it('calls every subscriber although one fails, and the sender hears of it [CH-13]', () => {
    channel.subscribe(failing('a', 'boom'));
    channel.subscribe(subscriber('b'));
    expect(() => channel.send(message('1'))).toThrow('boom');
    expect(seen).toEqual(['a 1', 'b 1']);
    expect(log.lines).toEqual([]);
  });

  it('logs the failures after the first [CH-13]', () => {
    for (const text of ['first', 'second', 'third']) channel.subscribe(failing('s', text));
    expect(() => channel.send(message('1'))).toThrow('first');
    expect(log.lines).toEqual([
      'error A further subscriber of clientInboundChannel failed: Error: second',
      'error A further subscriber of clientInboundChannel failed: Error: third',
    ]);
  });

  it('tells the first failure, whatever the others have thrown', () => {
    channel.subscribe(failing('a', 'first'));
    channel.subscribe(
      subscriber('b', () => {
        throw Object.create(null);
      }),
    );
    expect(() => channel.send(message('1'))).toThrow('first');
    expect(log.lines).toEqual([
      'error A further subscriber of clientInboundChannel failed: [Object: null prototype] {}',
    ]);
  });

  it('waits for the others when one fails later [CH-13]', async () => {
    const work = new Deferred<boolean>();
    channel.subscribe(subscriber('a', () => Promise.reject(new Error('boom'))));
    channel.subscribe(subscriber('b', () => work.promise));
    let failed = false;
    const sent = Promise.resolve(channel.send(message('1'))).catch((error: unknown) => {
      failed = true;
      throw error;
    });
    await Promise.resolve();
    expect(failed).toBe(false);
    work.resolve(true);
    await expect(sent).rejects.toThrow('boom');
  });

  it('reports a failure at once before one that comes later [CH-13]', async () => {
    channel.subscribe(subscriber('a', () => Promise.reject(new Error('later'))));
    channel.subscribe(failing('b', 'at once'));
    await expect(Promise.resolve(channel.send(message('1')))).rejects.toThrow('at once');
    expect(log.lines).toEqual(['error A further subscriber of clientInboundChannel failed: Error: later']);
  });

  it('keeps no order of its own without interceptors: subscribers that are done are done', () => {
    channel.subscribe(subscriber('a', () => new Promise(() => undefined)));
    void channel.send(message('1'));
    void channel.send(message('2'));
    expect(seen).toEqual(['a 1', 'a 2']);
    expect(channel.pendingKeys).toBe(0);
  });
});
