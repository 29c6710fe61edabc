import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ChannelInterceptor } from '../../../src/messaging/channel-interceptor.js';
import type { Message } from '../../../src/messaging/message.js';
import { MessageRejectedError } from '../../../src/messaging/messaging-error.js';
import { NO_NATIVE_HEADERS } from '../../../src/messaging/native-headers.js';
import { SubscribableChannel } from '../../../src/messaging/subscribable-channel.js';
import { Deferred, settled } from '../../support/deferred.js';
import { RecordedLog } from '../../support/recorded-log.js';

function message(payload: string): Message {
  return { payload, headers: { simpMessageType: 'MESSAGE', nativeHeaders: NO_NATIVE_HEADERS } };
}

describe('interceptors of a channel', () => {
  let log: RecordedLog;
  let channel: SubscribableChannel;
  let seen: string[];

  /** Notes every call; `changes` replace single methods. */
  function add(name: string, changes: ChannelInterceptor = {}): void {
    channel.addInterceptor({
      preSend: (sent) => {
        seen.push(`${name} preSend ${String(sent.payload)}`);
        return sent;
      },
      postSend: (sent, _, wasSent) => {
        seen.push(`${name} postSend ${String(sent.payload)} ${wasSent}`);
      },
      afterSendCompletion: (sent, _, wasSent, error) => {
        const reason = error instanceof Error ? ` ${String(error)}` : '';
        seen.push(`${name} afterSendCompletion ${String(sent.payload)} ${wasSent}${reason}`);
      },
      ...changes,
    });
  }

  beforeEach(() => {
    log = new RecordedLog();
    channel = new SubscribableChannel('clientInboundChannel', log);
    seen = [];
    channel.subscribe({
      handleMessage: ({ payload }) => {
        seen.push(`subscriber ${String(payload)}`);
        return true;
      },
    });
  });

  it('can be put before those that are there: it sees a message first, and its end last', async () => {
    add('second');
    channel.addFirstInterceptor({
      preSend: (sent) => {
        seen.push('first preSend');
        return sent;
      },
      afterSendCompletion: () => {
        seen.push('first afterSendCompletion');
      },
    });
    await channel.send(message('x'));
    expect([seen[0], seen.at(-1)]).toEqual(['first preSend', 'first afterSendCompletion']);
  });

  it('run before the subscribers, after them, and last in reverse order [CH-5]', async () => {
    add('a');
    add('b');
    expect(await channel.send(message('1'))).toBe('handled');
    expect(seen).toEqual([
      'a preSend 1',
      'b preSend 1',
      'subscriber 1',
      'a postSend 1 true',
      'b postSend 1 true',
      'b afterSendCompletion 1 true',
      'a afterSendCompletion 1 true',
    ]);
  });

  it('are waited for', async () => {
    const gates = [new Deferred(), new Deferred(), new Deferred()];
    add('a', {
      preSend: (sent) => gates[0].promise.then(() => sent),
      postSend: () => gates[1].promise,
      afterSendCompletion: () => gates[2].promise,
    });
    let done = false;
    const sent = Promise.resolve(channel.send(message('1'))).then(() => (done = true));
    await settled();
    expect(seen).toEqual([]);
    gates[0].resolve();
    await settled();
    expect(seen).toEqual(['subscriber 1']);
    gates[1].resolve();
    await settled();
    expect(done).toBe(false);
    gates[2].resolve();
    await sent;
  });

  it('may leave out any method', async () => {
    channel.addInterceptor({});
    channel.addInterceptor({ preSend: (sent) => sent });
    expect(await channel.send(message('1'))).toBe('handled');
    expect(seen).toEqual(['subscriber 1']);
  });

  it('are told which channel it is', async () => {
    const names: string[] = [];
    channel.addInterceptor({
      preSend: (sent, { name }) => {
        names.push(name);
        return sent;
      },
      postSend: (_, { name }) => void names.push(name),
      afterSendCompletion: (_, { name }) => void names.push(name),
    });
    await channel.send(message('1'));
    expect(names).toEqual(Array(3).fill('clientInboundChannel'));
  });

  it('may replace the message; later ones and the subscribers get the new one [CH-7]', async () => {
    add('a', { preSend: () => message('2') });
    add('b');
    await channel.send(message('1'));
    expect(seen).toEqual([
      'b preSend 2',
      'subscriber 2',
      'a postSend 2 true',
      'b postSend 2 true',
      'b afterSendCompletion 2 true',
      'a afterSendCompletion 2 true',
    ]);
  });

  it('may veto: no subscriber, no postSend, completion only for those before [CH-6]', async () => {
    add('a');
    add('b');
    add('veto', { preSend: () => null });
    add('c');
    expect(await channel.send(message('1'))).toBe('vetoed');
    expect(seen).toEqual([
      'a preSend 1',
      'b preSend 1',
      'b afterSendCompletion 1 false',
      'a afterSendCompletion 1 false',
    ]);
  });

  it('may refuse by throwing: completion with the error for those before, then the sender hears it [CH-8]', async () => {
    const cause = new Error('no database');
    add('a');
    add('refuse', {
      preSend: () => {
        throw cause;
      },
    });
    add('c');
    await expect(Promise.resolve(channel.send(message('1')))).rejects.toMatchObject({
      name: 'MessageDeliveryError',
      message: 'Failed to send message to clientInboundChannel',
      cause,
    });
    expect(seen).toEqual([
      'a preSend 1',
      'a afterSendCompletion 1 false MessageDeliveryError: Failed to send message to clientInboundChannel',
    ]);
  });

  it('choose what the client is told by throwing an error of this package [CH-8]', async () => {
    const refusal = new MessageRejectedError('Not on Sundays');
    add('refuse', { preSend: () => Promise.reject(refusal) });
    await expect(Promise.resolve(channel.send(message('1')))).rejects.toBe(refusal);
  });

  it('fail the send when postSend throws, although the subscribers have run [CH-9]', async () => {
    add('a');
    add('late', { postSend: () => Promise.reject(new Error('too late')) });
    add('c');
    await expect(Promise.resolve(channel.send(message('1')))).rejects.toMatchObject({
      name: 'MessageDeliveryError',
      cause: new Error('too late'),
    });
    const error = 'MessageDeliveryError: Failed to send message to clientInboundChannel';
    expect(seen).toEqual([
      'a preSend 1',
      'late preSend 1',
      'c preSend 1',
      'subscriber 1',
      'a postSend 1 true',
      `c afterSendCompletion 1 true ${error}`,
      `late afterSendCompletion 1 true ${error}`,
      `a afterSendCompletion 1 true ${error}`,
    ]);
  });

  it('fail on nobody’s account when afterSendCompletion throws: that is logged [CH-10]', async () => {
    add('a');
    add('bad', { afterSendCompletion: () => Promise.reject(new Error('boom')) });
    expect(await channel.send(message('1'))).toBe('handled');
    expect(seen.at(-1)).toBe('a afterSendCompletion 1 true');
    expect(log.lines).toEqual([
      'error afterSendCompletion of an interceptor on clientInboundChannel failed: Error: boom',
    ]);
  });

  it('hear of the failure of a subscriber, which the sender hears as it was thrown', async () => {
    const failure = new TypeError('boom');
    channel.subscribe({ handleMessage: () => Promise.reject(failure) });
    add('a');
    await expect(Promise.resolve(channel.send(message('1')))).rejects.toBe(failure);
    expect(seen.slice(-2)).toEqual(['subscriber 1', 'a afterSendCompletion 1 false TypeError: boom']);
  });

  describe('that keep a message from the subscribers', () => {
    it.each<[string, ChannelInterceptor]>([
      ['by a veto', { preSend: () => null }],
      ['by throwing', { preSend: () => Promise.reject(new Error('no')) }],
    ])('%s are told of to whoever asked', async (_, interceptor) => {
      const unsent: unknown[] = [];
      const leave = channel.onUnsent(({ payload }) => unsent.push(payload));
      add('replace', { preSend: () => message('2') });
      channel.addInterceptor(interceptor);
      await Promise.resolve(channel.send(message('1'))).catch(() => undefined);
      expect(unsent).toEqual(['2']);
      leave();
      await Promise.resolve(channel.send(message('1'))).catch(() => undefined);
      expect(unsent).toEqual(['2']);
    });

    it('are not meant where the subscribers saw it and then something failed', async () => {
      const unsent: unknown[] = [];
      channel.onUnsent(({ payload }) => unsent.push(payload));
      add('late', { postSend: () => Promise.reject(new Error('too late')) });
      await Promise.resolve(channel.send(message('1'))).catch(() => undefined);
      expect(seen).toContain('subscriber 1');
      expect(unsent).toEqual([]);
    });
  });
});

describe('messages of one order key', () => {
  it('pass one after the other, those of other keys and of none do not wait', async () => {
    const channel = new SubscribableChannel('brokerChannel', new RecordedLog(), ({ payload }) =>
      payload === 'free' ? undefined : String(payload)[0],
    );
    const seen: unknown[] = [];
    const gate = new Deferred();
    channel.subscribe({
      handleMessage: ({ payload }) => {
        seen.push(payload);
        return true;
      },
    });
    channel.addInterceptor({
      preSend: async (sent) => {
        if (sent.payload === 'a1') await gate.promise;
        return sent;
      },
    });
    const sends = ['a1', 'a2', 'b1', 'free'].map((payload) =>
      Promise.resolve(channel.send(message(payload))),
    );
    await settled();
    expect(seen).toEqual(['b1', 'free']);
    expect(channel.pendingKeys).toBe(1);
    gate.resolve();
    expect(await Promise.all(sends)).toEqual(Array(4).fill('handled'));
    expect(seen).toEqual(['b1', 'free', 'a1', 'a2']);
    expect(channel.pendingKeys).toBe(0);
  });

  it('let the next one go when the subscribers have had them, so that postSend may send and wait', async () => {
    const channel = new SubscribableChannel('brokerChannel', new RecordedLog(), () => 'same');
    const seen: unknown[] = [];
    channel.subscribe({
      handleMessage: ({ payload }) => {
        seen.push(payload);
        return true;
      },
    });
    channel.addInterceptor({
      postSend: async ({ payload }) => {
        if (payload === 'first') await channel.send(message('from postSend'));
      },
    });
    expect(await channel.send(message('first'))).toBe('handled');
    expect(seen).toEqual(['first', 'from postSend']);
    expect(channel.pendingKeys).toBe(0);
  });

  it('go on after one of them has failed', async () => {
    const channel = new SubscribableChannel('brokerChannel', new RecordedLog(), () => 'k');
    const seen: unknown[] = [];
    channel.subscribe({ handleMessage: ({ payload }) => seen.push(payload) > 0 });
    channel.addInterceptor({
      preSend: (sent) => {
        if (sent.payload === 'bad') throw new Error('no');
        return sent;
      },
    });
    const sends = ['a', 'bad', 'c'].map((payload) => Promise.resolve(channel.send(message(payload))));
    expect((await Promise.allSettled(sends)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(seen).toEqual(['a', 'c']);
    expect(channel.pendingKeys).toBe(0);
  });

  it.each(['__proto__', 'constructor'])('may have the key %s', async (key) => {
    const channel = new SubscribableChannel('brokerChannel', new RecordedLog(), () => key);
    channel.addInterceptor({ preSend: (sent) => Promise.resolve(sent) });
    await Promise.all([channel.send(message('1')), channel.send(message('2'))]);
    expect(channel.pendingKeys).toBe(0);
  });
});
