import { describe, expect, it } from '@jest/globals';
import { RecordingChannel } from '../../../src/testing/recording-channel.js';
import { recordingTemplate } from '../../../src/testing/recording-template.js';

describe('A recording channel', () => {
  it('keeps what is sent on it, and tells the sender what it was told to tell', () => {
    const channel = new RecordingChannel('brokerChannel', 'unhandled');
    const message = {
      payload: Buffer.from('hi'),
      headers: {
        simpMessageType: 'MESSAGE' as const,
        simpDestination: '/topic/a',
        contentType: 'text/plain',
        nativeHeaders: new Map([['x', ['1', '2']]]),
      },
    };
    expect(channel.name).toBe('brokerChannel');
    expect(channel.send(message)).toBe('unhandled');
    const [recorded] = channel.messages;
    expect(recorded).toMatchObject({
      message,
      destination: '/topic/a',
      body: 'hi',
      headers: { x: '1', 'content-type': 'text/plain' },
    });
  });

  it('shows a message without bytes or destination as an empty one', () => {
    const channel = new RecordingChannel();
    channel.send({ payload: { a: 1 }, headers: { simpMessageType: 'OTHER', nativeHeaders: new Map() } });
    expect(channel.messages[0]).toMatchObject({ destination: '', body: '', headers: {} });
  });

  it('gives message after message, and waits for the next', async () => {
    const { template, channel } = recordingTemplate();
    void template.convertAndSend('/topic/a', 1);
    void template.convertAndSend('/topic/b', 2);
    expect((await channel.next()).json()).toBe(1);
    expect((await channel.next()).json()).toBe(2);
    const third = channel.next();
    void template.convertAndSend('/topic/c', 3);
    expect((await third).json()).toBe(3);
    expect(channel.messages).toHaveLength(3);
  });

  it('forgets', async () => {
    const { template, channel } = recordingTemplate();
    void template.convertAndSend('/topic/a', 1);
    channel.clear();
    void template.convertAndSend('/topic/b', 2);
    expect((await channel.next()).destination).toBe('/topic/b');
    expect(channel.messages).toHaveLength(1);
  });

  it('tells what it has seen when nothing more comes', async () => {
    const { template, channel } = recordingTemplate();
    await expect(channel.next()).rejects.toThrow(
      'No further message on brokerChannel. Recorded so far, all given: none.',
    );
    void template.convertAndSend('/topic/a', 1);
    await channel.next();
    await expect(channel.next()).rejects.toThrow('all given: /topic/a.');
  });
});

describe('A recording template', () => {
  it('converts as the real one does, also for users', () => {
    const { template, channel } = recordingTemplate();
    expect(template.convertAndSend('/topic/a', { price: 40 }, { 'x-id': 7 })).toBe('handled');
    expect(template.convertAndSendToUser('joe', '/queue/b', 'hi')).toBe('handled');
    expect(channel.messages.map(({ destination, body, headers }) => [destination, body, headers])).toEqual([
      ['/topic/a', '{"price":40}', { 'x-id': '7', 'content-type': 'application/json' }],
      ['/user/joe/queue/b', 'hi', { 'content-type': 'text/plain;charset=UTF-8' }],
    ]);
  });
});
