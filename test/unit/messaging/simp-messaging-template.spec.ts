import { beforeEach, describe, expect, it } from '@jest/globals';
import { defaultMessageConverter } from '../../../src/messaging/composite-message-converter.js';
import type { Message } from '../../../src/messaging/message.js';
import { NO_NATIVE_HEADERS } from '../../../src/messaging/native-headers.js';
import { SimpMessagingTemplate } from '../../../src/messaging/simp-messaging-template.js';
import { SubscribableChannel } from '../../../src/messaging/subscribable-channel.js';
import { settled } from '../../support/deferred.js';
import { RecordedLog } from '../../support/recorded-log.js';

describe('SimpMessagingTemplate', () => {
  let log: RecordedLog;
  let channel: SubscribableChannel;
  let template: SimpMessagingTemplate;
  let sent: Message[];

  beforeEach(() => {
    log = new RecordedLog();
    channel = new SubscribableChannel('brokerChannel', log);
    template = new SimpMessagingTemplate(channel, defaultMessageConverter(), log);
    sent = [];
    channel.subscribe({ handleMessage: (message) => sent.push(message) > 0 });
  });

  it('converts a payload and sends it to the broker [TPL-1]', () => {
    expect(template.convertAndSend('/topic/a', { n: 1 })).toBe('handled');
    expect(sent).toEqual([
      {
        payload: Buffer.from('{"n":1}'),
        headers: {
          simpMessageType: 'MESSAGE',
          simpDestination: '/topic/a',
          contentType: 'application/json',
          nativeHeaders: new Map(),
        },
      },
    ]);
  });

  it('sends to a user, or to one session of a user', () => {
    expect(template.convertAndSendToUser('joe', '/queue/a', 'x', { foo: 'bar' })).toBe('handled');
    void template.convertAndSendToUser('joe', 'queue/b', 'x', {}, { sessionId: 's1' });
    expect(sent.map(({ headers }) => [headers.simpDestination, headers.simpSessionId])).toEqual([
      ['/user/joe/queue/a', undefined],
      ['/user/joe/queue/b', 's1'],
    ]);
    expect(sent[0]?.headers.nativeHeaders).toEqual(new Map([['foo', ['bar']]]));
    expect(() => template.convertAndSendToUser('joe', '', 'x')).toThrow(
      'The destination is empty. Name one, such as /queue/news.',
    );
  });

  it('sends a prepared message as it is [TPL-1] [TPL-2]', () => {
    const message: Message<Uint8Array> = {
      payload: Buffer.from('x'),
      headers: { simpMessageType: 'MESSAGE', simpDestination: '/topic/a', nativeHeaders: NO_NATIVE_HEADERS },
    };
    expect(template.send(message)).toBe('handled');
    expect(sent[0]).toBe(message);
  });

  it('refuses an empty destination [TPL-2]', () => {
    expect(() => template.convertAndSend('', 'x')).toThrow(
      'The destination is empty. Name one, such as /topic/news.',
    );
    expect(sent).toEqual([]);
  });

  it.each(['topic/a', '/topic/a/', 'a b', '/topic/*'])(
    'takes the destination %j as it is [TPL-8]',
    (destination) => {
      void template.convertAndSend(destination, 'x');
      expect(sent[0]?.headers.simpDestination).toBe(destination);
    },
  );

  it('makes STOMP headers of all that it is given, in order, without null and undefined [TPL-3]', () => {
    void template.convertAndSend('/topic/a', 'x', {
      s: 'text',
      n: 5,
      zero: 0,
      no: false,
      empty: '',
      nothing: null,
      missing: undefined,
    });
    expect([...(sent[0]?.headers.nativeHeaders ?? [])]).toEqual([
      ['s', ['text']],
      ['n', ['5']],
      ['zero', ['0']],
      ['no', ['false']],
      ['empty', ['']],
    ]);
  });

  it('takes nativeHeaders for the name of a header like any other [TPL-4]', () => {
    void template.convertAndSend('/topic/a', 'x', { nativeHeaders: 'y', simpSessionId: 's1' });
    expect([...(sent[0]?.headers.nativeHeaders ?? [])]).toEqual([
      ['nativeHeaders', ['y']],
      ['simpSessionId', ['s1']],
    ]);
    expect(sent[0]?.headers.simpSessionId).toBeUndefined();
  });

  it.each(['__proto__', 'constructor'])('takes %s for the name of a header', (name) => {
    const headers = JSON.parse(`{"${name}":"x"}`) as Record<string, string>;
    void template.convertAndSend('/topic/a', 'x', headers);
    expect(sent[0]?.headers.nativeHeaders.get(name)).toEqual(['x']);
  });

  it('lets content-type choose the conversion, and writes it once [TPL-5] [CNV-11]', () => {
    void template.convertAndSend('/topic/a', 'hi', { 'content-type': 'application/json', a: 'b' });
    expect(sent[0]?.payload).toEqual(Buffer.from('"hi"'));
    expect(sent[0]?.headers.contentType).toBe('application/json');
    expect([...(sent[0]?.headers.nativeHeaders.keys() ?? [])]).toEqual(['a']);
  });

  it('does not take a content-type of null for a wish', () => {
    void template.convertAndSend('/topic/a', 'hi', { 'content-type': null });
    expect(sent[0]?.headers.contentType).toBe('text/plain;charset=UTF-8');
  });

  it('throws what cannot be converted', () => {
    expect(() => template.convertAndSend('/topic/a', 10n)).toThrow('The value cannot be written as JSON');
    expect(sent).toEqual([]);
  });

  it('has sent when it returns; that nobody takes it is no error [TPL-9]', () => {
    const nobody = new SubscribableChannel('brokerChannel', log);
    const lonely = new SimpMessagingTemplate(nobody, defaultMessageConverter(), log);
    expect(lonely.convertAndSend('/topic/a', 'x')).toBe('unhandled');
    expect(log.lines).toEqual([]);
  });

  it('throws what a subscriber throws', () => {
    channel.subscribe({
      handleMessage: () => {
        throw new Error('boom');
      },
    });
    expect(() => template.convertAndSend('/topic/a', 'x')).toThrow('boom');
  });

  it('answers later when interceptors stand on the channel; a veto is an outcome, no error [TPL-7]', async () => {
    channel.addInterceptor({ preSend: () => null });
    expect(await template.convertAndSend('/topic/a', 'x')).toBe('vetoed');
    expect(sent).toEqual([]);
  });

  it('logs a failure that comes later, also for a caller who does not wait for it', async () => {
    channel.addInterceptor({ preSend: () => Promise.reject(new Error('no')) });
    const outcome = template.convertAndSend('/topic/a', 'x');
    await settled();
    expect(log.lines).toEqual([
      'warn A message to /topic/a was not sent: MessageDeliveryError: Failed to send message to brokerChannel',
    ]);
    await expect(Promise.resolve(outcome)).rejects.toMatchObject({ code: 'STOMP_ERR_DELIVERY' });
  });

  it('does not end the process when nobody waits for a failure', async () => {
    const unhandled: unknown[] = [];
    const listener = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', listener);
    channel.addInterceptor({ preSend: () => Promise.reject(new Error('no')) });
    void template.convertAndSend('/topic/a', 'x');
    await settled();
    await settled();
    process.off('unhandledRejection', listener);
    expect(unhandled).toEqual([]);
    expect(log.lines).toHaveLength(1);
  });
});
