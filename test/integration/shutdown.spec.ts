import { EventEmitter, once } from 'node:events';
import type { Server } from 'node:http';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import {
  MessageMapping,
  SimpleBroker,
  SimpMessagingTemplate,
  StompAdapter,
  type ChannelInterceptor,
} from 'nestjs-stomp';
import { Controller } from '@nestjs/common';
import { interval, type Observable } from 'rxjs';
import { StompFlow } from '../../src/module/stomp-flow.js';
import { turnUntil } from '../support/event-loop.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { destroyRawRequests, HANDSHAKE, rawRequest } from '../support/raw-http.js';
import { closeTestApps, createTestApp, startTestApp } from '../support/test-app.js';

@Controller()
class BusyController {
  @MessageMapping('/forever')
  forever(): Promise<never> {
    return new Promise(() => undefined);
  }

  @MessageMapping('/ticks')
  ticks(): Observable<number> {
    return interval(60_000);
  }
}

const GOODBYE = { code: 1012, reason: 'The server is going away' };
const CLOSE_FRAME_1012 = Buffer.from('\x88\x1a\x03\xf4The server is going away', 'latin1');

/** What keeps the process alive now and did not before. */
function added(before: readonly string[]): string[] {
  const known = [...before];
  return process.getActiveResourcesInfo().filter((resource) => {
    const index = known.indexOf(resource);
    if (index >= 0) known.splice(index, 1);
    return index < 0;
  });
}

afterEach(async () => {
  jest.useRealTimers();
  jest.restoreAllMocks();
  terminateRawClients();
  destroyRawRequests();
  await closeTestApps();
});

describe('closing an application', () => {
  it('leaves no timer and no socket', async () => {
    const set = jest.spyOn(globalThis, 'setInterval');
    const cleared = jest.spyOn(globalThis, 'clearInterval');
    const before = process.getActiveResourcesInfo();
    const { app, url } = await startTestApp({ controllers: [BusyController] });
    const flow = app.get(StompFlow, { strict: false });
    const client = await RawClient.connect(url, 'accept-version:1.2\nheart-beat:10000,10000\n');
    await RawClient.open(url);
    client.send('SEND\ndestination:/app/ticks\n\n\0');
    await client.sync();
    expect(flow.wheel.size).toBeGreaterThan(0);
    expect(added(before)).toContain('TCPSocketWrap');
    await app.close();
    await client.closed;
    expect(flow.wheel.size).toBe(0);
    expect(set).toHaveBeenCalled();
    const gone = new Set(cleared.mock.calls.map(([timer]) => timer));
    expect(set.mock.results.filter(({ value }) => !gone.has(value as NodeJS.Timeout))).toEqual([]);
    await turnUntil(() => added(before).length === 0);
    expect(added(before)).toEqual([]);
  });

  it('waits until interceptors have finished with the ends of the sessions', async () => {
    const told: string[] = [];
    let finish: () => void = () => undefined;
    const mayFinish = new Promise<void>((resolve) => (finish = resolve));
    const slow: ChannelInterceptor = {
      preSend: async (message) => {
        if (message.headers.simpMessageType !== 'DISCONNECT') return message;
        await mayFinish;
        told.push('end of the session');
        return message;
      },
    };
    const { app, url } = await startTestApp({ stomp: { interceptors: { clientInbound: [slow] } } });
    const client = await RawClient.connect(url);
    const closing = app.close().then(() => told.push('end of the application'));
    await client.closed;
    finish();
    await closing;
    expect(told).toEqual(['end of the session', 'end of the application']);
  });

  it('says goodbye to every client with 1012, whatever state it is in [EP-29]', async () => {
    let arrived: () => void = () => undefined;
    const connecting = new Promise<void>((resolve) => (arrived = resolve));
    const holdBob: ChannelInterceptor = {
      preSend: (message) => {
        if (message.headers.simpMessageType !== 'CONNECT') return message;
        if (message.headers.nativeHeaders.get('login')?.[0] !== 'bob') return message;
        arrived();
        return new Promise(() => undefined);
      },
    };
    const { app, url } = await startTestApp({
      controllers: [BusyController],
      stomp: { interceptors: { clientInbound: [holdBob] } },
    });
    const silent = await RawClient.open(url);
    const held = await RawClient.open(url);
    held.send('CONNECT\naccept-version:1.2\nlogin:bob\n\n\0');
    await connecting;
    const subscribed = await RawClient.connect(url);
    expect(await subscribed.sync()).toEqual([]);
    const busy = await RawClient.connect(url);
    busy.send('SEND\ndestination:/app/forever\n\n\0');
    await app.close();
    for (const client of [silent, held, subscribed, busy]) {
      expect(await client.next()).toBe('');
      expect(await client.closed).toEqual(GOODBYE);
    }
  });

  it('leaves no session, no subscription, no stream and no broker', async () => {
    const { app, url } = await startTestApp({ controllers: [BusyController] });
    const flow = app.get(StompFlow, { strict: false });
    const client = await RawClient.connect(url, 'accept-version:1.2\nheart-beat:10000,10000\n');
    client.send('SUBSCRIBE\nid:a\ndestination:/topic/a\n\n\0');
    client.send('SUBSCRIBE\nid:b\ndestination:/topic/*/b\n\n\0');
    client.send('SEND\ndestination:/app/ticks\n\n\0');
    await client.sync();
    const counts = (): object => ({
      sessions: flow.subProtocolHandler.sessionCount,
      brokerSessions: flow.simpleBroker.sessionCount,
      subscriptions: flow.simpleBroker.subscriptionCount,
      streams: flow.annotationHandler.streamingSessionCount,
    });
    expect(counts()).toEqual({ sessions: 1, brokerSessions: 1, subscriptions: 2, streams: 1 });
    await app.close();
    expect(counts()).toEqual({ sessions: 0, brokerSessions: 0, subscriptions: 0, streams: 0 });
    expect(app.get(SimpleBroker).isRunning).toBe(false);
    expect(await app.get(SimpMessagingTemplate).convertAndSend('/topic/a', 'late')).toBe('unhandled');
  });

  it('leaves the HTTP server as it found it', async () => {
    const { app, url } = await startTestApp();
    const server = app.getHttpServer() as Server;
    await RawClient.connect(url);
    expect(server.emit).not.toBe(EventEmitter.prototype.emit);
    await app.close();
    expect(server.emit).toBe(EventEmitter.prototype.emit);
    expect(server.listenerCount('upgrade')).toBe(0);
  });

  it('leaves a wrapping of the server’s events alone that somebody has put around ours', async () => {
    const { app } = await startTestApp();
    const server = app.getHttpServer() as Server;
    const ours = server.emit.bind(server);
    const theirs = jest.fn((event: string, ...args: unknown[]) => ours(event, ...args));
    server.emit = theirs as typeof server.emit;
    await app.close();
    expect(server.emit).toBe(theirs);
    expect(theirs).toHaveBeenCalledWith('close');
    const onRequest = jest.fn();
    server.removeAllListeners('request').on('request', onRequest);
    server.emit('request', { url: '/stomp' });
    expect(onRequest).toHaveBeenCalledTimes(1);
  });

  it('that never started leaves its server alone', async () => {
    const { app } = await createTestApp({});
    const server = app.getHttpServer() as Server;
    app.useWebSocketAdapter(new StompAdapter(app));
    await app.close();
    expect(server.emit).toBe(EventEmitter.prototype.emit);
    expect(server.listenerCount('upgrade')).toBe(0);
  });

  it('waits for a client that does not answer the close frame no longer than five seconds, and takes no new one', async () => {
    const { app, port } = await startTestApp();
    const flow = app.get(StompFlow, { strict: false });
    const { socket } = await rawRequest(port, 'GET /stomp', HANDSHAKE);
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
    let closed = false;
    const closing = app.close().then(() => (closed = true));
    expect(await once(socket.resume(), 'data')).toEqual([CLOSE_FRAME_1012]);
    jest.advanceTimersByTime(4_999);
    const late = await rawRequest(port, 'GET /stomp', HANDSHAKE);
    expect(late.statusLine).toBe('HTTP/1.1 503 Service Unavailable');
    expect(closed).toBe(false);
    jest.advanceTimersByTime(1);
    await closing;
    expect(flow.subProtocolHandler.sessionCount).toBe(0);
  });

  it('lets another one start on the same port in the same process', async () => {
    const first = await startTestApp();
    const client = await RawClient.connect(first.url);
    await first.app.close();
    expect(await client.closed).toEqual(GOODBYE);
    const { app } = await createTestApp({});
    app.useWebSocketAdapter(new StompAdapter(app));
    await app.listen(first.port, '127.0.0.1');
    expect(await (await RawClient.connect(first.url)).sync()).toEqual([]);
  });
});
