import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  ClientOutboundChannel,
  type BroadcastHandler,
  type Receiver,
} from '../../../src/messaging/client-outbound-channel.js';
import { withHeaders, type Message } from '../../../src/messaging/message.js';
import { NO_NATIVE_HEADERS } from '../../../src/messaging/native-headers.js';
import { Deferred, settled } from '../../support/deferred.js';
import { RecordedLog } from '../../support/recorded-log.js';

const MESSAGE: Message<Uint8Array> = {
  payload: Buffer.from('hi'),
  headers: { simpMessageType: 'MESSAGE', simpDestination: '/topic/a', nativeHeaders: NO_NATIVE_HEADERS },
};

const RECEIVERS: readonly Receiver[] = [
  { sessionId: 's1', subscriptionId: '0' },
  { sessionId: 's2', subscriptionId: '0' },
  { sessionId: 's1', subscriptionId: '1' },
];

/** Notes what it gets. */
class Recorder implements BroadcastHandler {
  readonly broadcasts: { readonly message: Message; readonly receivers: Iterable<Receiver> }[] = [];
  readonly single: string[] = [];

  handleBroadcast(message: Message<Uint8Array>, receivers: Iterable<Receiver>): void {
    this.broadcasts.push({ message, receivers });
  }

  handleMessage({ headers }: Message): boolean {
    this.single.push(`${String(headers.simpSessionId)}/${String(headers.simpSubscriptionId)}`);
    return true;
  }
}

describe('clientOutboundChannel', () => {
  let log: RecordedLog;
  let recorder: Recorder;
  let channel: ClientOutboundChannel;

  beforeEach(() => {
    log = new RecordedLog();
    recorder = new Recorder();
    channel = new ClientOutboundChannel(log, recorder);
  });

  it('hands a broadcast over as one message with all its receivers', () => {
    channel.broadcast(MESSAGE, RECEIVERS);
    expect(recorder.broadcasts).toEqual([{ message: MESSAGE, receivers: RECEIVERS }]);
    expect(recorder.broadcasts[0]?.message).toBe(MESSAGE);
    expect(recorder.single).toEqual([]);
  });

  it('shows listeners a broadcast with all its receivers, until they are taken away', () => {
    const seen: Receiver[] = [];
    const takeAway = channel.onBroadcast((message, receivers) => {
      expect(message).toBe(MESSAGE);
      seen.push(...receivers);
    });
    channel.broadcast(MESSAGE, RECEIVERS.values());
    expect(seen).toEqual(RECEIVERS);
    expect(recorder.broadcasts).toEqual([{ message: MESSAGE, receivers: RECEIVERS }]);
    takeAway();
    channel.broadcast(MESSAGE, RECEIVERS);
    expect(seen).toHaveLength(RECEIVERS.length);
  });

  it('hands over a single message', () => {
    expect(channel.send(withHeaders(MESSAGE, { simpSessionId: 's1', simpSubscriptionId: '0' }))).toBe(
      'handled',
    );
    expect(recorder.single).toEqual(['s1/0']);
  });

  it('splits a broadcast for each receiver when interceptors stand on it', async () => {
    channel.addInterceptor({ preSend: (message) => message });
    channel.broadcast(MESSAGE, RECEIVERS);
    await settled();
    expect(recorder.broadcasts).toEqual([]);
    expect(recorder.single.sort()).toEqual(['s1/0', 's1/1', 's2/0']);
  });

  it('lets interceptors veto or change it for one receiver', async () => {
    channel.addInterceptor({
      preSend: (message) => {
        if (message.headers.simpSessionId === 's2') return null;
        return withHeaders(message, { simpSubscriptionId: `${message.headers.simpSubscriptionId}!` });
      },
    });
    channel.broadcast(MESSAGE, RECEIVERS);
    await settled();
    expect(recorder.single).toEqual(['s1/0!', 's1/1!']);
    expect(log.lines).toEqual([]);
  });

  it('logs a refusal for one receiver; the others get the message [BRK-25]', async () => {
    channel.addInterceptor({
      preSend: (message) => {
        if (message.headers.simpSessionId === 's2') throw new Error('no');
        return message;
      },
    });
    channel.broadcast(MESSAGE, RECEIVERS);
    await settled();
    expect(recorder.single).toEqual(['s1/0', 's1/1']);
    expect(log.lines).toEqual([
      'error A message for session s2 was not sent: MessageDeliveryError: Failed to send message to clientOutboundChannel',
    ]);
  });

  it('keeps the order of each session while interceptors take their time, and lets others pass', async () => {
    const gate = new Deferred();
    channel.addInterceptor({
      preSend: async (message) => {
        if (message.headers.simpSubscriptionId === '0' && message.headers.simpSessionId === 's1') {
          await gate.promise;
        }
        return message;
      },
    });
    channel.broadcast(MESSAGE, RECEIVERS);
    await settled();
    expect(recorder.single).toEqual(['s2/0']);
    gate.resolve();
    await settled();
    expect(recorder.single).toEqual(['s2/0', 's1/0', 's1/1']);
    expect(channel.pendingKeys).toBe(0);
  });

  it('calls nobody for a broadcast that nobody receives', async () => {
    channel.addInterceptor({ preSend: () => null });
    channel.broadcast(MESSAGE, []);
    await settled();
    expect(recorder.single).toEqual([]);
    expect(channel.pendingKeys).toBe(0);
  });
});
