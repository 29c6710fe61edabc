import { describe, expect, it } from '@jest/globals';
import { SessionConnectEvent, type StompEvent } from '../../../src/session/stomp-event.js';
import { Deferred, settled } from '../../support/deferred.js';
import { MessageFlow, type FlowSetup } from '../../support/message-flow.js';

/** A flow, and the names of the events of its sessions. */
function recorded(setup: FlowSetup = {}): { flow: MessageFlow; names: string[] } {
  const flow = new MessageFlow(setup);
  const names: string[] = [];
  flow.events.subscribe((event: StompEvent) => {
    names.push(event.constructor.name.replace(/Event$/, ''));
  });
  return { flow, names };
}

describe('the events of a session', () => {
  it('end with the session when a listener of its CONNECT ends it', async () => {
    const { flow, names } = recorded({ broker: { heartbeat: [1000, 1000] } });
    flow.events.subscribe((event) => {
      if (event instanceof SessionConnectEvent) event.session.close(1008, 'not you');
    });
    const { transport, say } = flow.open();
    say('CONNECT\naccept-version:1.2\nheart-beat:1000,1000\n\n\0SEND\ndestination:/topic/a\n\n\0');
    await settled();
    expect(names).toEqual(['SessionConnect', 'SessionDisconnect']);
    expect(transport.take()).toEqual([]);
    expect(transport.late).toEqual([]);
    expect(transport.closed).toEqual({ code: 1008, reason: 'not you' });
    expect(flow.wheel.size).toBe(0);
    expect([flow.handler.sessionCount, flow.broker.sessionCount]).toEqual([0, 0]);
    flow.clock.advance(600_000);
    await settled();
    expect(names).toEqual(['SessionConnect', 'SessionDisconnect']);
  });

  it.each(['SUBSCRIBE', 'UNSUBSCRIBE'])(
    'tell nothing of a %s that the end of the session has overtaken',
    async (type) => {
      const { flow, names } = recorded();
      const gate = new Deferred();
      flow.inbound.addInterceptor({
        preSend: async (message) => {
          if (message.headers.simpMessageType === type) await gate.promise;
          return message;
        },
      });
      // A method that serves the subscription, whoever is gone meanwhile.
      flow.inbound.subscribe({ handleMessage: ({ headers }) => headers.simpMessageType === 'SUBSCRIBE' });
      const { session, say } = flow.open();
      say('CONNECT\naccept-version:1.2\n\n\0SUBSCRIBE\nid:1\ndestination:/topic/a\n\n\0');
      say('UNSUBSCRIBE\nid:1\n\n\0');
      await settled();
      session.close(1008, 'bye');
      await settled();
      gate.resolve();
      await settled();
      expect(names.at(-1)).toBe('SessionDisconnect');
      expect(names).not.toContain(type === 'SUBSCRIBE' ? 'SessionSubscribe' : 'SessionUnsubscribe');
    },
  );

  it.each(['', 'receipt:r\n'])('tell of a SUBSCRIBE that nobody serves, with the headers %j', (receipt) => {
    const { flow, names } = recorded({ session: { rejections: 'report', reportFailure: () => true } });
    const { say } = flow.connect();
    say(`SUBSCRIBE\nid:1\ndestination:/nowhere\n${receipt}\n\0`);
    expect(names.slice(2)).toEqual(['SessionSubscribe']);
  });

  it('tell of the end of no subscription that never lived', () => {
    const { flow, names } = recorded();
    const { say } = flow.connect();
    say('SUBSCRIBE\nid:1\ndestination:/nowhere\n\n\0UNSUBSCRIBE\nid:1\n\n\0');
    expect(names.slice(2)).toEqual(['SessionSubscribe', 'SessionUnsubscribe']);
  });
});
