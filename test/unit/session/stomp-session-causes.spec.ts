import { describe, expect, it } from '@jest/globals';
import type { CloseCause } from '../../../src/session/close-cause.js';
import { SessionError } from '../../../src/session/session-error.js';
import { SessionDisconnectEvent } from '../../../src/session/stomp-event.js';
import { settled } from '../../support/deferred.js';
import { MessageFlow, type FlowClient } from '../../support/message-flow.js';

/** The causes of the sessions that have ended, after something has been done to one. */
async function causesOf(end: (client: FlowClient, flow: MessageFlow) => unknown): Promise<CloseCause[]> {
  const flow = new MessageFlow({ broker: { heartbeat: [0, 1000] } });
  const causes: CloseCause[] = [];
  flow.events.subscribe((event) => {
    if (event instanceof SessionDisconnectEvent) causes.push(event.cause);
  });
  const client = flow.connect('accept-version:1.2\nheart-beat:1000,0\n');
  await end(client, flow);
  await settled();
  return causes;
}

describe('the cause of the end of a session', () => {
  it.each<[string, CloseCause, (client: FlowClient, flow: MessageFlow) => unknown]>([
    [
      'a DISCONNECT',
      { code: 'STOMP_CLOSE_NORMAL', initiator: 'client' },
      ({ say }) => say('DISCONNECT\n\n\0'),
    ],
    [
      'a close frame',
      { code: 'STOMP_CLOSE_BY_CLIENT', initiator: 'client' },
      ({ session }) => session.transportClosed({ code: 1001, reason: '' }),
    ],
    [
      'a connection that breaks off',
      { code: 'STOMP_CLOSE_GONE', initiator: 'network' },
      ({ session }) => session.transportClosed(),
    ],
    [
      'the application',
      { code: 'STOMP_CLOSE_BY_SERVER', initiator: 'server' },
      ({ session }) => session.close(1008, 'bye'),
    ],
    [
      'the application, with a cause of its own',
      { code: 'BANNED', initiator: 'server' },
      ({ session }) => session.close(1008, 'bye', 'BANNED'),
    ],
    [
      'the end of the application',
      { code: 'STOMP_CLOSE_SHUTDOWN', initiator: 'server' },
      (_client, flow) => flow.handler.closeAll(),
    ],
    [
      'a lost heart-beat',
      { code: 'STOMP_ERR_HEART_BEAT_LOST', initiator: 'network' },
      (_client, flow) => flow.clock.advance(10_000),
    ],
    [
      'the layer below',
      { code: 'STOMP_ERR_WEBSOCKET', initiator: 'server' },
      ({ session }) => session.transportFailed(new SessionError('STOMP_ERR_WEBSOCKET', 'x', 1009)),
    ],
    [
      'a frame that cannot be read',
      { code: 'STOMP_ERR_UNKNOWN_COMMAND', initiator: 'server' },
      ({ say }) => say('HELLO\n\n\0'),
    ],
  ])('is told of %s', async (_title, cause, end) => {
    expect(await causesOf(end)).toEqual([cause]);
  });

  it('is the first one, whatever comes after it', async () => {
    const causes = await causesOf(({ session, say }) => {
      say('SEND\n\n\0');
      session.close();
      session.transportClosed();
    });
    expect(causes).toEqual([{ code: 'STOMP_ERR_INVALID_FRAME', initiator: 'server' }]);
  });

  it('names the version when no common one is found', async () => {
    const flow = new MessageFlow();
    const causes: string[] = [];
    flow.events.subscribe((event) => {
      if (event instanceof SessionDisconnectEvent) causes.push(event.cause.code);
    });
    flow.open().say('CONNECT\naccept-version:9.9\n\n\0');
    await settled();
    expect(causes).toEqual(['STOMP_ERR_VERSION']);
  });
});
