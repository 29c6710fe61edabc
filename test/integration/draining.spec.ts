import { Controller } from '@nestjs/common';
import { afterEach, describe, expect, it } from '@jest/globals';
import { EventListener, MessageMapping, SendTo, SessionDisconnectEvent, StompServer } from 'nestjs-stomp';
import { STOMP_CLOCK } from '../../src/module/stomp-clock.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';
import { Deferred } from '../support/deferred.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { destroyRawRequests, HANDSHAKE, rawRequest } from '../support/raw-http.js';
import { runProgram } from '../support/run-program.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

let started: Deferred;
let work: Deferred<string>;
let ends: number[];

@Controller()
class WorkController {
  @MessageMapping('/work')
  @SendTo('/topic/results')
  work(): Promise<string> {
    started.resolve();
    return work.promise;
  }

  @EventListener(SessionDisconnectEvent)
  async ended({ closeStatus }: SessionDisconnectEvent): Promise<void> {
    await Promise.resolve();
    ends.push(closeStatus.code);
  }
}

async function startWith(drain: object, clock?: VirtualClock) {
  started = new Deferred();
  work = new Deferred();
  ends = [];
  return startTestApp({
    controllers: [WorkController],
    stomp: { transport: { drain } },
    override: (builder) => {
      if (clock !== undefined) builder.overrideProvider(STOMP_CLOCK).useValue(clock);
    },
  });
}

afterEach(async () => {
  terminateRawClients();
  destroyRawRequests();
  await closeTestApps();
});

describe('an application that is stopping', () => {
  it('lets handlers finish, sends what they return, and says so to new clients', async () => {
    const { app, url, port } = await startWith({ graceMs: 60_000 });
    const server = app.get(StompServer);
    const client = await RawClient.connect(url);
    client.send(
      'SUBSCRIBE\nid:0\ndestination:/topic/results\n\n\0SEND\ndestination:/app/work\nreceipt:1\n\n\0',
    );
    await started.promise;
    expect(server.isDraining).toBe(false);
    const closing = app.close();
    const { statusLine, headers } = await rawRequest(port, 'GET /stomp', HANDSHAKE);
    expect(statusLine).toBe('HTTP/1.1 503 Service Unavailable');
    expect(headers['retry-after']).toBe('1');
    expect(server.isDraining).toBe(true);
    work.resolve('done');
    expect(await client.next()).toContain('\n\ndone\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:1\n\n\0');
    expect(await client.closed).toEqual({ code: 1012, reason: 'The server is going away' });
    await closing;
    expect(ends).toEqual([1012]);
    expect(server.socketCount).toBe(0);
  });

  it('may say 1001 instead', async () => {
    const { app, url } = await startWith({ code: 1001 });
    const client = await RawClient.connect(url);
    await app.close();
    expect((await client.closed).code).toBe(1001);
  });

  it('spreads the ends of sessions over a window', async () => {
    const clock = new VirtualClock();
    const { app, url } = await startWith({ windowMs: 20_000 }, clock);
    const clients = await Promise.all(Array.from({ length: 20 }, () => RawClient.connect(url)));
    const closing = app.close();
    await rawRequest(Number(new URL(url).port), 'GET /stomp', HANDSHAKE);
    expect(app.get(StompServer).socketCount).toBeGreaterThan(0);
    clock.advance(20_100);
    await closing;
    expect((await Promise.all(clients.map(({ closed }) => closed))).map(({ code }) => code)).toEqual(
      Array.from({ length: 20 }, () => 1012),
    );
  });

  it('hurries when it is told to', async () => {
    const { app, url } = await startWith({ windowMs: 1_000_000, graceMs: 1_000_000 }, new VirtualClock());
    const busy = await RawClient.connect(url);
    const quiet = await RawClient.connect(url);
    busy.send('SEND\ndestination:/app/work\n\n\0');
    await started.promise;
    const server = app.get(StompServer);
    const closing = app.close();
    await rawRequest(Number(new URL(url).port), 'GET /stomp', HANDSHAKE);
    expect(server.socketCount).toBe(2);
    server.hurry();
    expect((await busy.closed).code).toBe(1012);
    expect((await quiet.closed).code).toBe(1012);
    await closing;
    expect(ends).toEqual([1012, 1012]);
  });

  it('does so on SIGTERM, if Nest listens to it', async () => {
    const steps = await runProgram<string[]>('draining');
    // The client is in the same process: which of the first two it is, the event loop decides.
    expect(steps.slice(0, 2).sort()).toEqual(['disconnect 1012', 'done']);
    expect(steps.slice(2)).toEqual(['shutdown SIGTERM']);
  });
});
