import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { MessageMapping, StompConfigurationError, SubscribeMapping } from 'nestjs-stomp';
import { StompMetricsModule } from 'nestjs-stomp/metrics';
import { Gauge, register, Registry } from 'prom-client';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

@Controller()
class Shop {
  @MessageMapping('/buy/{what}')
  buy(): void {}

  @MessageMapping('/fail')
  fail(): void {
    throw new Error('sold out');
  }

  @SubscribeMapping('/stock')
  stock(): string {
    return 'tea';
  }
}

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
  register.clear();
});

/** The lines of a scrape that are no comments and no buckets. */
async function scrape(registry: Registry): Promise<string[]> {
  const text = await registry.metrics();
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#') && !line.includes('_bucket'));
}

describe('StompMetricsModule', () => {
  it('shows the statistics of the moment of the scrape', async () => {
    const registry = new Registry();
    const { url } = await startTestApp({ imports: [StompMetricsModule.forRoot({ registry })] });
    expect(await scrape(registry)).toContain('stomp_sessions 0');
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:1\ndestination:/topic/a\n\n\0SEND\ndestination:/topic/a\n\nhi\0');
    await client.sync();
    const lines = await scrape(registry);
    expect(lines).toEqual(
      expect.arrayContaining([
        'stomp_accepting 1',
        'stomp_broker_available 1',
        'stomp_sessions 1',
        'stomp_sessions_connected{version="1.2"} 1',
        'stomp_sessions_connected{version="1.0"} 0',
        'stomp_connects_total{outcome="accepted"} 1',
        'stomp_frames_received_total{command="SEND"} 1',
        'stomp_messages_published_total 1',
        'stomp_messages_delivered_total 1',
        'stomp_subscriptions 1',
      ]),
    );
    client.send('SEND\n\n\0');
    await client.closed;
    expect(await scrape(registry)).toEqual(
      expect.arrayContaining([
        'stomp_sessions 0',
        'stomp_sessions_closed_total{cause="STOMP_ERR_INVALID_FRAME"} 1',
        'stomp_frames_refused_total{code="STOMP_ERR_INVALID_FRAME"} 1',
      ]),
    );
  });

  it('tells the same when it is scraped twice', async () => {
    const registry = new Registry();
    const { url } = await startTestApp({ imports: [StompMetricsModule.forRoot({ registry })] });
    await RawClient.connect(url);
    const first = await scrape(registry);
    expect(await scrape(registry)).toEqual(first);
  });

  it('measures handlers by their mapping, whatever a client writes', async () => {
    const registry = new Registry();
    const { url } = await startTestApp({
      imports: [StompMetricsModule.forRoot({ registry })],
      controllers: [Shop],
    });
    const client = await RawClient.connect(url);
    client.send('SEND\ndestination:/app/buy/tea\n\n\0SEND\ndestination:/app/buy/milk\n\n\0');
    client.send('SEND\ndestination:/app/fail\n\n\0SUBSCRIBE\nid:1\ndestination:/app/stock\n\n\0');
    await client.sync();
    const name = 'stomp_handler_duration_seconds_count';
    expect((await scrape(registry)).filter((line) => line.startsWith(name))).toEqual([
      `${name}{mapping="/buy/{what}",kind="MESSAGE",outcome="handled"} 2`,
      `${name}{mapping="/fail",kind="MESSAGE",outcome="failed"} 1`,
      `${name}{mapping="/stock",kind="SUBSCRIBE",outcome="handled"} 1`,
    ]);
  });

  it('uses the global registry and the prefix stomp_ unless told otherwise', async () => {
    await startTestApp({ imports: [StompMetricsModule.forRoot({})] });
    expect(register.getSingleMetric('stomp_sessions')).toBeInstanceOf(Gauge);
    await closeTestApps();
    await startTestApp({
      imports: [StompMetricsModule.forRootAsync({ useFactory: () => ({ prefix: 'a_' }) })],
    });
    expect(register.getMetricsAsArray().every(({ name }) => name.startsWith('a_'))).toBe(true);
  });

  it('leaves the registry as it was when the application closes', async () => {
    const registry = new Registry();
    const { app } = await startTestApp({ imports: [StompMetricsModule.forRoot({ registry })] });
    await app.close();
    expect(registry.getMetricsAsArray()).toEqual([]);
  });

  it('fails the boot for a prefix that Prometheus does not allow', async () => {
    const start = startTestApp({ imports: [StompMetricsModule.forRoot({ prefix: 'my-app_' })] });
    await expect(start).rejects.toThrow(
      new StompConfigurationError(
        `StompMetricsModule option "prefix" is wrong: "my-app_". Write letters, digits and underscores, such as 'stomp_'.`,
      ),
    );
  });

  it('fails the boot of an application without StompModule', async () => {
    const builder = Test.createTestingModule({ imports: [StompMetricsModule.forRoot({})] });
    const app = (await builder.compile()).createNestApplication({ logger: false });
    await expect(app.init()).rejects.toThrow('StompMetricsModule finds no StompModule.');
  });
});
