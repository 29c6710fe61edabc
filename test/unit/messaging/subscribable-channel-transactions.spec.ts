import { describe, expect, it } from '@jest/globals';
import type { ChannelInterceptor } from '../../../src/messaging/channel-interceptor.js';
import type { MaybePromise } from '../../../src/messaging/maybe-promise.js';
import type { Message } from '../../../src/messaging/message.js';
import { MessageRejectedError } from '../../../src/messaging/messaging-error.js';
import { SubscribableChannel } from '../../../src/messaging/subscribable-channel.js';
import { RecordedLog } from '../../support/recorded-log.js';

function message(payload: string): Message {
  return { payload, headers: { simpMessageType: 'MESSAGE', nativeHeaders: new Map() } };
}

const TWO = [message('1'), message('2')];

/** A channel and what its subscriber saw. */
function channel(
  handle: (payload: unknown) => MaybePromise<boolean> = () => true,
  checkMessage?: (message: Message) => void,
): { inbound: SubscribableChannel; seen: unknown[] } {
  const inbound = new SubscribableChannel('test', new RecordedLog());
  const seen: unknown[] = [];
  inbound.subscribe({
    handleMessage: ({ payload }) => {
      seen.push(payload);
      return handle(payload);
    },
    ...(checkMessage === undefined ? {} : { checkMessage }),
  });
  return { inbound, seen };
}

function refuseTwo({ payload }: Message): void {
  if (payload === '2') throw new MessageRejectedError('no');
}

describe('sending all messages or none', () => {
  it('is synchronous when nobody is not', () => {
    const { inbound, seen } = channel((payload) => payload === '1');
    expect(inbound.sendAll(TWO)).toEqual(['handled', 'unhandled']);
    expect(seen).toEqual(['1', '2']);
  });

  it('waits for one before it sends the next', async () => {
    const { inbound, seen } = channel((payload) => Promise.resolve(payload === '2'));
    const sent = inbound.sendAll(TWO);
    expect(seen).toEqual(['1']);
    expect(await sent).toEqual(['unhandled', 'handled']);
  });

  it('sends none when a subscriber would refuse one', () => {
    const { inbound, seen } = channel(undefined, refuseTwo);
    expect(() => inbound.sendAll(TWO)).toThrow('no');
    expect(seen).toEqual([]);
  });

  it.each([false, true])('sends all though one fails, and tells the failure (async: %j)', async (isAsync) => {
    const { inbound, seen } = channel(() => {
      if (isAsync) return Promise.reject(new Error('boom'));
      throw new Error('boom');
    });
    await expect((async () => inbound.sendAll(TWO))()).rejects.toThrow('boom');
    expect(seen).toEqual(['1', '2']);
  });
});

describe('with interceptors, sending all messages or none', () => {
  function intercepted(interceptor: Partial<ChannelInterceptor>, setup = channel()) {
    const told: string[] = [];
    const unsent: unknown[] = [];
    setup.inbound.addInterceptor({});
    setup.inbound.addInterceptor({
      postSend: ({ payload }) => void told.push(`post ${String(payload)}`),
      afterSendCompletion: ({ payload }, _channel, sent, error) =>
        void told.push(`done ${String(payload)} ${sent} ${error instanceof Error ? error.message : ''}`),
    });
    setup.inbound.addInterceptor(interceptor);
    setup.inbound.onUnsent(({ payload }) => unsent.push(payload));
    return { ...setup, told, unsent };
  }

  it('lets each of them look at every message before the first is sent', async () => {
    const looked: unknown[] = [];
    const { inbound, seen, told } = intercepted({
      preSend: ({ payload }) => {
        looked.push([payload, seen.length]);
        return message(`${String(payload)}!`);
      },
    });
    expect(await inbound.sendAll(TWO)).toEqual(['handled', 'handled']);
    expect(looked).toEqual([
      ['1', 0],
      ['2', 0],
    ]);
    expect(seen).toEqual(['1!', '2!']);
    expect(told).toEqual(['post 1!', 'post 2!', 'done 1! true ', 'done 2! true ']);
  });

  it.each<[string, () => null, string]>([
    ['vetoes', () => null, 'A part of the transaction was not accepted'],
    [
      'fails on',
      () => {
        throw new Error('boom');
      },
      'Failed to send message to test',
    ],
  ])('sends none when one %s one', async (_what, refuse, text) => {
    const { inbound, seen, told, unsent } = intercepted({
      preSend: (sent) => (sent.payload === '2' ? refuse() : sent),
    });
    await expect(Promise.resolve(inbound.sendAll(TWO))).rejects.toThrow(text);
    expect(seen).toEqual([]);
    expect(unsent).toEqual(['1', '2']);
    expect(told).toEqual([`done 1 false ${text}`, `done 2 false ${text}`]);
  });

  it('sends none when a subscriber would refuse one', async () => {
    const { inbound, seen, unsent } = intercepted({}, channel(undefined, refuseTwo));
    await expect(Promise.resolve(inbound.sendAll(TWO))).rejects.toThrow('no');
    expect([seen, unsent]).toEqual([[], ['1', '2']]);
  });

  it('tells them when a subscriber failed', async () => {
    const setup = channel(() => Promise.reject(new Error('boom')));
    const { inbound, told } = intercepted({}, setup);
    await expect(Promise.resolve(inbound.sendAll(TWO))).rejects.toThrow('boom');
    expect(told).toEqual(['done 1 true boom', 'done 2 true boom']);
  });
});
