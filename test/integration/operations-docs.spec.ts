import { readFileSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import { DocumentCode } from '../support/document-code.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';
import { RecordedTraces } from '../support/traces.js';

const operations = new DocumentCode('docs/operations.md');

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

afterAll(() => operations.remove());

describe('docs/operations.md', () => {
  it('shows the statistics to a controller', async () => {
    const { StatsController } = await operations.import<{ StatsController: Type<object> }>('Statistics');
    const { url, port } = await startTestApp({ controllers: [StatsController] });
    await RawClient.connect(url);
    const response = await fetch(`http://127.0.0.1:${port}/stomp-stats`);
    expect(await response.json()).toMatchObject({ sessions: { current: 1, byVersion: { '1.2': 1 } } });
  });

  it('serves metrics', async () => {
    const { MetricsModule } = await operations.import<{ MetricsModule: Type<object> }>('Prometheus');
    const { url, port } = await startTestApp({ imports: [MetricsModule] });
    await RawClient.connect(url);
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain');
    const metrics = await response.text();
    expect(metrics).toContain('\nstomp_sessions 1\n');
    const names = new Set(metrics.match(/^# TYPE stomp_\w+/gm)?.map((line) => line.split(' ')[2]));
    const documented = new Set(readFileSync('docs/operations.md', 'utf8').match(/`stomp_\w+`/g));
    expect([...names].map((name) => `\`${name}\``).toSorted()).toEqual([...documented].toSorted());
  });

  it('records traces', async () => {
    const traces = new RecordedTraces();
    const { TracingModule } = await operations.import<{ TracingModule: Type<object> }>('Traces');
    const { url } = await startTestApp({ imports: [TracingModule] });
    const client = await RawClient.connect(url);
    client.send('SEND\ndestination:/topic/a\n\n\0DISCONNECT\n\n\0');
    await client.closed;
    traces.stop();
    expect(traces.titles).toEqual(['SERVER SEND']);
  });

  it('logs why a session ended', async () => {
    const { Goodbyes } = await operations.import<{ Goodbyes: Type<object> }>('Why a session ended');
    const { app, url, logger } = await startTestApp({ providers: [Goodbyes] });
    const client = await RawClient.connect(url);
    client.send('DISCONNECT\n\n\0');
    await client.closed;
    await app.close();
    expect(logger.textsOf('log').at(-1)).toMatch(
      /^somebody \([^)]+\) left: STOMP_CLOSE_NORMAL by the client, 1000$/,
    );
  });
});
