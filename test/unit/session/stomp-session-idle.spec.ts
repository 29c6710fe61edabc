import { describe, expect, it } from '@jest/globals';
import { MessageHandlingError } from '../../../src/messaging/messaging-error.js';
import { Deferred, settled } from '../../support/deferred.js';
import { MessageFlow, type FlowClient } from '../../support/message-flow.js';

/** Notes when a session has become idle. */
function watch({ session }: FlowClient): { isIdle: boolean } {
  const watched = { isIdle: false };
  void Promise.resolve(session.whenIdle()).then(() => (watched.isIdle = true));
  return watched;
}

describe('whenIdle of a session', () => {
  it('has nothing to wait for between two frames', () => {
    const client = new MessageFlow().connect();
    client.say('SUBSCRIBE\nid:0\ndestination:/topic/a\n\n\0', 'SEND\ndestination:/topic/a\n');
    expect(client.session.whenIdle()).toBeUndefined();
  });

  it('waits for every frame that has arrived, also behind one whose handler is busy', async () => {
    const flow = new MessageFlow();
    const work: Deferred[] = [];
    flow.onSend(() => {
      work.push(new Deferred());
      return work[work.length - 1].promise;
    });
    const client = flow.connect();
    client.say('SEND\ndestination:/app/a\n\n\0SEND\ndestination:/app/b\n\n\0');
    const watched = watch(client);
    work[0].resolve();
    await settled();
    expect(work).toHaveLength(2);
    expect(watched.isIdle).toBe(false);
    work[1].resolve();
    await settled();
    expect(watched.isIdle).toBe(true);
  });

  it('waits for SENDs that are handled side by side', async () => {
    const flow = new MessageFlow({ session: { preserveReceiveOrder: false } });
    const work = new Deferred();
    flow.onSend(() => work.promise);
    const client = flow.connect();
    client.say('SEND\ndestination:/app/a\n\n\0');
    const watched = watch(client);
    await settled();
    expect(watched.isIdle).toBe(false);
    work.resolve();
    await settled();
    expect(watched.isIdle).toBe(true);
  });

  it('ends when not even a failure could be dealt with', async () => {
    const reportFailure = (): never => {
      throw new Error('no');
    };
    const flow = new MessageFlow({ session: { reportFailure } });
    const work = new Deferred();
    flow.onSend(() => work.promise);
    const client = flow.connect();
    client.say('SEND\ndestination:/app/a\n\n\0');
    const watched = watch(client);
    work.reject(new MessageHandlingError('failed'));
    await settled();
    expect(client.transport.closed).toEqual({ code: 1011, reason: '' });
    expect(watched.isIdle).toBe(true);
  });

  it('waits for what the application does about the end', async () => {
    const flow = new MessageFlow();
    const work = new Deferred();
    const client = flow.connect();
    flow.inbound.addInterceptor({ preSend: (message) => work.promise.then(() => message) });
    client.session.close();
    const watched = watch(client);
    await settled();
    expect(watched.isIdle).toBe(false);
    work.resolve();
    await settled();
    expect(watched.isIdle).toBe(true);
    expect(client.session.whenIdle()).toBeUndefined();
  });
});
