import { Inject, Injectable, Module, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  SimpleBroker,
  SimpMessagingTemplate,
  StompAdapter,
  StompModule,
  type StompModuleOptions,
  type StompOptionsFactory,
} from 'nestjs-stomp';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

const OPTIONS: StompModuleOptions = {
  endpoints: [{ path: '/stomp' }],
  simpleBroker: { destinationPrefixes: ['/topic'], heartbeat: [1234, 5678] },
};

@Injectable()
class Config {
  readonly heartbeat: [number, number] = [1234, 5678];
}

@Injectable()
class OptionsFactory implements StompOptionsFactory {
  async createStompOptions(): Promise<StompModuleOptions> {
    return Promise.resolve(OPTIONS);
  }
}

@Module({ providers: [Config, OptionsFactory], exports: [Config, OptionsFactory] })
class ConfigModule {}

@Injectable()
class NeedsBoth {
  constructor(
    readonly template: SimpMessagingTemplate,
    readonly broker: SimpleBroker,
  ) {}
}

/** Imports nothing: what it injects has to be global. */
@Module({ providers: [NeedsBoth] })
class FeatureModule {}

const apps: { close(): Promise<void> }[] = [];

/** Starts an application with this StompModule and no other. */
async function start(
  stompModule: ReturnType<typeof StompModule.forRoot>,
  imports: Type[] = [],
): Promise<{ url: string; feature: NeedsBoth | undefined }> {
  const moduleRef = await Test.createTestingModule({ imports: [...imports, stompModule] }).compile();
  const app = moduleRef.createNestApplication({ logger: false });
  apps.push(app);
  app.useWebSocketAdapter(new StompAdapter(app));
  await app.listen(0, '127.0.0.1');
  const url = (await app.getUrl()).replace('http:', 'ws:');
  return { url: `${url}/stomp`, feature: imports.includes(FeatureModule) ? app.get(NeedsBoth) : undefined };
}

/** The options have arrived, when the server's heart-beats are those of {@link OPTIONS}. */
async function expectConfigured(url: string): Promise<void> {
  const client = await RawClient.open(url);
  client.send('CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0');
  expect(await client.next()).toBe('CONNECTED\nversion:1.2\nheart-beat:1234,5678\n\n\0');
}

afterEach(async () => {
  terminateRawClients();
  await Promise.all(apps.splice(0).map((app) => app.close()));
  await closeTestApps();
});

describe('StompModule', () => {
  it('takes its options from forRoot', async () => {
    const { url } = await start(StompModule.forRoot(OPTIONS));
    await expectConfigured(url);
  });

  it('takes its options from a factory, into which others are injected', async () => {
    const stompModule = StompModule.forRootAsync({
      imports: [ConfigModule],
      inject: [Config],
      useFactory: async ({ heartbeat }: Config) =>
        Promise.resolve({ ...OPTIONS, simpleBroker: { heartbeat } }),
    });
    const { url } = await start(stompModule);
    await expectConfigured(url);
  });

  it('takes its options from a class that it makes', async () => {
    const { url } = await start(StompModule.forRootAsync({ useClass: OptionsFactory }));
    await expectConfigured(url);
  });

  it('takes its options from a class that exists', async () => {
    const stompModule = StompModule.forRootAsync({ imports: [ConfigModule], useExisting: OptionsFactory });
    const { url } = await start(stompModule);
    await expectConfigured(url);
  });

  it('fails the boot with what the factory fails with', async () => {
    const stompModule = StompModule.forRootAsync({
      useFactory: () => Promise.reject(new Error('the vault is closed')),
    });
    await expect(start(stompModule)).rejects.toThrow('the vault is closed');
  });

  it.each([
    ['forRoot', StompModule.forRoot(OPTIONS)],
    ['forRootAsync', StompModule.forRootAsync({ useFactory: () => OPTIONS })],
    ['forRoot with isGlobal: true', StompModule.forRoot({ ...OPTIONS, isGlobal: true })],
  ])('gives its services to modules that do not import it: %s', async (_name, stompModule) => {
    const { url, feature } = await start(stompModule, [FeatureModule]);
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:sub-0\ndestination:/topic/news\nreceipt:r\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    expect(feature?.broker.subscriptionCount).toBe(1);
    expect(await feature?.template.convertAndSend('/topic/news', 'hello')).toBe('handled');
    expect(await client.next()).toMatch(/^MESSAGE\ndestination:\/topic\/news\n(.+\n)+\nhello\0$/);
  });

  it.each([
    ['forRoot', () => StompModule.forRoot({ ...OPTIONS, isGlobal: false })],
    ['forRootAsync', () => StompModule.forRootAsync({ isGlobal: false, useFactory: () => OPTIONS })],
  ])('with isGlobal: false serves those that import it, and only them: %s', async (_name, stompModule) => {
    const shared = stompModule();
    @Module({ imports: [shared], providers: [NeedsBoth] })
    class ImportingModule {}
    const { url } = await start(shared, [ImportingModule]);
    await expectConfigured(url);
    await expect(start(stompModule(), [FeatureModule])).rejects.toThrow(
      /can't resolve dependencies of the NeedsBoth/,
    );
  });

  it('is to be imported with options: two sets of them cannot share an HTTP server', async () => {
    @Module({ imports: [StompModule.forRoot({ endpoints: [{ path: '/other' }] })] })
    class OtherModule {}
    await expect(start(StompModule.forRoot(OPTIONS), [OtherModule])).rejects.toThrow(
      'StompAdapter finds more than one StompModule. Call StompModule.forRoot({ … }) once, with all endpoints.',
    );
  });

  it('takes interceptors that were injected', async () => {
    const seen: string[] = [];
    @Injectable()
    class Watcher {
      constructor(@Inject(Config) private readonly config: Config) {}

      postSend(message: { headers: { simpMessageType: string } }): void {
        seen.push(`${message.headers.simpMessageType} ${this.config.heartbeat.join()}`);
      }
    }
    @Module({ imports: [ConfigModule], providers: [Watcher], exports: [Watcher] })
    class WatcherModule {}
    const stompModule = StompModule.forRootAsync({
      imports: [WatcherModule],
      inject: [Watcher],
      useFactory: (watcher: Watcher) => ({ ...OPTIONS, interceptors: { clientInbound: [watcher] } }),
    });
    const { url } = await start(stompModule);
    const client = await RawClient.connect(url);
    client.send('SEND\ndestination:/topic/a\nreceipt:r\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    expect(seen).toEqual(['CONNECT 1234,5678', 'MESSAGE 1234,5678']);
  });
});

describe('the option transport.messageSizeLimit', () => {
  it('may be as large as it can be written', async () => {
    const { url } = await startTestApp({ stomp: { transport: { messageSizeLimit: 0x7fffffff } } });
    const client = await RawClient.connect(url);
    const body = 'x'.repeat(300_000);
    client.send(`SEND\ndestination:/topic/large\nreceipt:r\n\n${body}\0`);
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
  });
});
