import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { SimpleBroker, StompServer } from 'nestjs-stomp';
import { StompHealthIndicator } from 'nestjs-stomp/health';
import { DocumentCode } from '../support/document-code.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { HANDSHAKE, rawRequest } from '../support/raw-http.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

const operations = new DocumentCode('docs/operations.md');

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

afterAll(() => operations.remove());

describe('the health check of docs/operations.md', () => {
  it('is up, with the number of sessions and subscriptions, until the broker stops', async () => {
    const { HealthModule } = await operations.import<{ HealthModule: Type<object> }>('Health');
    const { app, url, port } = await startTestApp({ imports: [HealthModule] });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:1\ndestination:/topic/a\n\n\0');
    await client.sync();
    const check = (): Promise<Response> => fetch(`http://127.0.0.1:${port}/health/ready`);
    const up = await check();
    expect(up.status).toBe(200);
    expect(await up.json()).toMatchObject({
      details: { stomp: { status: 'up', sessions: 1, subscriptions: 1 } },
    });
    app.get(SimpleBroker).stop();
    const down = await check();
    expect(down.status).toBe(503);
    expect(await down.json()).toMatchObject({
      error: { stomp: { status: 'down', message: 'The broker takes no messages' } },
    });
  });
});

describe('StompHealthIndicator', () => {
  it('is down when no clients are let in, under the name that it is given', async () => {
    const { app } = await startTestApp({
      imports: [TerminusModule.forRoot()],
      providers: [StompHealthIndicator],
    });
    const indicator = app.get(StompHealthIndicator);
    expect(indicator.isHealthy()).toMatchObject({ stomp: { status: 'up' } });
    const broker = app.get(SimpleBroker);
    await app.close();
    broker.start();
    expect(indicator.isHealthy('chat')).toEqual({
      chat: { status: 'down', sessions: 0, subscriptions: 0, message: 'The application takes no clients' },
    });
    broker.stop();
  });

  it('is down while the application drains', async () => {
    const { app, url, port } = await startTestApp({
      imports: [TerminusModule.forRoot()],
      providers: [StompHealthIndicator],
      stomp: { transport: { drain: { windowMs: 1_000_000 } } },
    });
    const client = await RawClient.connect(url);
    const closing = app.close();
    // Its answer, a 503, comes when the application is at it.
    await rawRequest(port, 'GET /stomp', HANDSHAKE);
    expect(app.get(StompHealthIndicator).isHealthy()).toMatchObject({ stomp: { status: 'down' } });
    app.get(StompServer).hurry();
    await closing;
    expect((await client.closed).code).toBe(1012);
  });
});
