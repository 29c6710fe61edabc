import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import {
  authorizeMessages,
  MessageMapping,
  SendTo,
  SimpMessagingTemplate,
  SubscribeMapping,
  type ChannelInterceptor,
} from 'nestjs-stomp';
import { StompTracingModule } from 'nestjs-stomp/tracing';
import { headerOf } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp, type TestApp, type TestAppSetup } from '../support/test-app.js';
import { RecordedTraces } from '../support/traces.js';

const TRACE = 'a'.repeat(32);
const SPAN = 'b'.repeat(16);
const TRACEPARENT = `traceparent:00-${TRACE}-${SPAN}-01\n`;

@Controller()
class Shop {
  constructor(private readonly template: SimpMessagingTemplate) {}

  @MessageMapping('/buy/{what}')
  @SendTo('/topic/sold')
  async buy(): Promise<string> {
    await new Promise((resolve) => setImmediate(resolve));
    trace.getTracer('shop').startSpan('database').end();
    return 'tea';
  }

  @MessageMapping('/fail')
  fail(): void {
    throw new Error('sold out');
  }

  @SubscribeMapping('/stock')
  stock(): string {
    return 'tea';
  }

  @MessageMapping('/announce')
  async announce(): Promise<void> {
    await this.template.convertAndSend('/topic/sold', 'soon');
  }
}

let traces: RecordedTraces;

beforeEach(() => {
  traces = new RecordedTraces();
});

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
  traces.stop();
});

function start(setup: TestAppSetup = {}): Promise<TestApp> {
  return startTestApp({ imports: [StompTracingModule.forRoot({})], controllers: [Shop], ...setup });
}

/** Ends a session behind all that it has sent. */
async function leave(client: RawClient): Promise<void> {
  client.send('DISCONNECT\n\n\0');
  await client.closed;
}

describe('StompTracingModule', () => {
  it('puts frame, handler and what the handler does into the trace that the client names', async () => {
    const { url } = await start();
    const client = await RawClient.connect(url);
    client.send(`SEND\ndestination:/app/buy/tea\n${TRACEPARENT}\nnow\0`);
    await leave(client);
    expect(traces.titles).toEqual(['INTERNAL database', 'CONSUMER process /buy/{what}', 'SERVER SEND']);
    const [database, handler, frame] = traces.spans;
    expect(frame.parentSpanContext?.spanId).toBe(SPAN);
    expect(handler.parentSpanContext?.spanId).toBe(frame.spanContext().spanId);
    expect(database.parentSpanContext?.spanId).toBe(handler.spanContext().spanId);
    expect(traces.spans.map((span) => span.spanContext().traceId)).toEqual([TRACE, TRACE, TRACE]);
    expect(frame.attributes).toMatchObject({
      'messaging.system': 'stomp',
      'messaging.operation.name': 'SEND',
      'messaging.operation.type': 'receive',
      'messaging.destination.name': '/app/buy/tea',
      'messaging.message.body.size': 3,
    });
    expect(handler.attributes).toMatchObject({
      'messaging.operation.type': 'process',
      'messaging.destination.template': '/buy/{what}',
      'code.function.name': 'Shop.buy',
    });
  });

  it('begins a trace when the client names none, or one that cannot be read', async () => {
    const { url } = await start();
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:1\ndestination:/app/stock\ntraceparent:rubbish\n\n\0');
    await leave(client);
    expect(traces.titles).toEqual(['CONSUMER process /stock', 'SERVER SUBSCRIBE']);
    expect(traces.named('SUBSCRIBE').parentSpanContext).toBeUndefined();
  });

  it('links to the trace of a client that is a stranger', async () => {
    const { url } = await start({ imports: [StompTracingModule.forRoot({ clientTraces: 'link' })] });
    const client = await RawClient.connect(url);
    client.send(`SEND\ndestination:/app/buy/tea\n${TRACEPARENT}\n\0`);
    await client.sync();
    const frame = traces.named('SEND');
    expect(frame.parentSpanContext).toBeUndefined();
    expect(frame.spanContext().traceId).not.toBe(TRACE);
    expect(frame.links.map(({ context }) => context.spanId)).toEqual([SPAN]);
  });

  it.each([
    ['what a handler returns', 'buy/tea', 'process /buy/{what}'],
    ['what it publishes', 'announce', 'process /announce'],
  ])('names the trace in the MESSAGE of %s', async (_title, destination, span) => {
    const { url } = await start();
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:1\ndestination:/topic/sold\n\n\0');
    client.send(`SEND\ndestination:/app/${destination}\n${TRACEPARENT}\n\0`);
    const [message] = await client.sync();
    const { spanId } = traces.named(span).spanContext();
    expect(headerOf(message, 'traceparent')).toBe(`00-${TRACE}-${spanId}-01`);
  });

  it('names it in the MESSAGE of a SEND straight to the broker', async () => {
    const { url } = await start();
    const client = await RawClient.connect(url);
    client.send(`SUBSCRIBE\nid:1\ndestination:/topic/a\n\n\0`);
    client.send(`SEND\ndestination:/topic/a\n${TRACEPARENT}\nhi\0`);
    const [message] = await client.sync();
    const { spanId } = traces.named('SEND').spanContext();
    expect(headerOf(message, 'traceparent')).toBe(`00-${TRACE}-${spanId}-01`);
  });

  it('leaves alone what is published outside of any span', async () => {
    const { app, url } = await start();
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:1\ndestination:/topic/a\n\n\0');
    await client.sync();
    await app.get(SimpMessagingTemplate).convertAndSend('/topic/a', 'hi');
    expect(headerOf(await client.next(), 'traceparent')).toBeUndefined();
  });

  it('ends the spans of a handler that fails with the error', async () => {
    const { url } = await start();
    const client = await RawClient.connect(url);
    client.send('SEND\ndestination:/app/fail\n\n\0');
    await client.sync();
    for (const name of ['process /fail', 'SEND']) {
      const { status, attributes, events } = traces.named(name);
      expect(status.code).toBe(SpanStatusCode.ERROR);
      expect(attributes['error.type']).toBe('STOMP_ERR_HANDLER');
      expect(events.map((event) => event.name)).toEqual(['exception']);
    }
  });

  it('has a span for a frame that the rules refuse', async () => {
    const authorization = authorizeMessages((rules) =>
      rules.simpMessageDestMatchers('/topic/**').denyAll().anyMessage().permitAll(),
    );
    const { url } = await start({ stomp: { authorization } });
    const client = await RawClient.connect(url);
    client.send('SEND\ndestination:/topic/a\n\n\0');
    await client.closed;
    const { status, attributes } = traces.named('SEND');
    expect([status.code, attributes['error.type']]).toEqual([SpanStatusCode.ERROR, 'STOMP_ERR_REJECTED']);
  });

  it('has a span for a frame that an interceptor vetoes', async () => {
    const veto: ChannelInterceptor = {
      preSend: (message) => (message.headers.simpMessageType === 'MESSAGE' ? null : message),
    };
    const { url } = await start({ stomp: { interceptors: { clientInbound: [veto] } } });
    const client = await RawClient.connect(url);
    client.send('SEND\ndestination:/topic/a\n\n\0');
    await client.sync();
    const { status, events } = traces.named('SEND');
    expect(status.code).toBe(SpanStatusCode.UNSET);
    expect(events.map(({ name }) => name)).toEqual(['vetoed by an interceptor']);
  });

  it('keeps what a client may write out of the names of spans, and short', async () => {
    const { url } = await start();
    const client = await RawClient.connect(url);
    client.send(`SEND\ndestination:/topic/${'x'.repeat(900)}\n\n\0`);
    await leave(client);
    expect(traces.titles).toEqual(['SERVER SEND']);
    expect(traces.named('SEND').attributes['messaging.destination.name']).toHaveLength(200);
  });

  it('fails the boot for an option that cannot be, and without StompModule', async () => {
    const wrong = { clientTraces: 'ignore' as 'link' };
    await expect(start({ imports: [StompTracingModule.forRoot(wrong)] })).rejects.toThrow(
      `StompTracingModule option "clientTraces" is wrong: "ignore". Use 'continue' or 'link'.`,
    );
    const builder = Test.createTestingModule({ imports: [StompTracingModule.forRoot({})] });
    const app = (await builder.compile()).createNestApplication({ logger: false });
    await expect(app.init()).rejects.toThrow('StompTracingModule finds no StompModule.');
  });
});
