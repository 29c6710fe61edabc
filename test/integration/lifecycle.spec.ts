import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import {
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnModuleInit,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  SimpleBroker,
  SimpMessagingTemplate,
  StompAdapter,
  StompConfigurationError,
  StompModule,
} from 'nestjs-stomp';
import { Deferred } from '../support/deferred.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { destroyRawRequests, HANDSHAKE, rawRequest } from '../support/raw-http.js';
import { closeTestApps, createTestApp } from '../support/test-app.js';

/** A hook that ends when the test says so. */
class Gate {
  readonly entered = new Deferred();
  readonly passed = new Deferred();

  async pass(): Promise<void> {
    this.entered.resolve();
    await this.passed.promise;
  }
}

function slowInit(gate: Gate): Type {
  @Injectable()
  class SlowInit implements OnModuleInit {
    onModuleInit(): Promise<void> {
      return gate.pass();
    }
  }
  return SlowInit;
}

function slowBootstrap(gate: Gate): Type {
  @Injectable()
  class SlowBootstrap implements OnApplicationBootstrap {
    onApplicationBootstrap(): Promise<void> {
      return gate.pass();
    }
  }
  return SlowBootstrap;
}

function moduleOf(provider: Type): Type {
  @Module({ providers: [provider] })
  class FeatureModule {}
  return FeatureModule;
}

async function listening(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

afterEach(async () => {
  terminateRawClients();
  destroyRawRequests();
  await closeTestApps();
});

describe('an application that has not bootstrapped yet, on a server that listens already', () => {
  it.each<[string, (gate: Gate) => { providers?: Type[]; imports?: Type[] }]>([
    ['onModuleInit of the root module', (gate) => ({ providers: [slowInit(gate)] })],
    ['onModuleInit of another module', (gate) => ({ imports: [moduleOf(slowInit(gate))] })],
    ['onApplicationBootstrap of the root module', (gate) => ({ providers: [slowBootstrap(gate)] })],
    ['onApplicationBootstrap of another module', (gate) => ({ imports: [moduleOf(slowBootstrap(gate))] })],
  ])('asks clients to come back later while %s runs', async (_hook, setup) => {
    const gate = new Gate();
    const { app } = await createTestApp(setup(gate));
    app.useWebSocketAdapter(new StompAdapter(app));
    const server = app.getHttpServer() as Server;
    const port = await listening(server);
    const initialised = app.init();
    await gate.entered.promise;
    const early = await rawRequest(port, 'GET /stomp', HANDSHAKE);
    expect(early.statusLine).toBe('HTTP/1.1 503 Service Unavailable');
    expect(early.headers).toMatchObject({ 'retry-after': '1', connection: 'close' });
    gate.passed.resolve();
    await initialised;
    const { statusLine } = await rawRequest(port, 'GET /stomp', HANDSHAKE);
    expect(statusLine).toBe('HTTP/1.1 101 Switching Protocols');
  });

  it('lets nobody in when the boot fails, and can be closed', async () => {
    const gate = new Gate();
    const { app } = await createTestApp({ providers: [slowBootstrap(gate)] });
    app.useWebSocketAdapter(new StompAdapter(app));
    const server = app.getHttpServer() as Server;
    const port = await listening(server);
    const initialised = app.init();
    gate.passed.reject(new Error('no database'));
    await expect(initialised).rejects.toThrow('no database');
    const { statusLine } = await rawRequest(port, 'GET /stomp', HANDSHAKE);
    expect(statusLine).toBe('HTTP/1.1 503 Service Unavailable');
    await app.close();
    expect(server.listenerCount('upgrade')).toBe(0);
  });
});

describe('an application that was only initialised', () => {
  it('lets clients in as soon as somebody makes its server listen', async () => {
    const { app } = await createTestApp({});
    app.useWebSocketAdapter(new StompAdapter(app));
    await app.init();
    const port = await listening(app.getHttpServer() as Server);
    expect(await (await RawClient.connect(`ws://127.0.0.1:${port}/stomp`)).sync()).toEqual([]);
  });
});

describe('StompModule without StompAdapter', () => {
  it('fails the boot and says what to add', async () => {
    const { app } = await createTestApp({});
    await expect(app.init()).rejects.toThrow(
      new StompConfigurationError(
        'StompModule has no StompAdapter, so no client can connect. ' +
          'Add app.useWebSocketAdapter(new StompAdapter(app)) before app.listen() or app.init().',
      ),
    );
  });

  it('boots where there is no HTTP, and the template works', async () => {
    @Module({ imports: [StompModule.forRoot({ endpoints: [{ path: '/stomp' }] })] })
    class WorkerModule {}
    const worker = await NestFactory.createApplicationContext(WorkerModule, { logger: false });
    const template = worker.get(SimpMessagingTemplate);
    expect(worker.get(SimpleBroker).isRunning).toBe(true);
    expect(await template.convertAndSend('/topic/news', { a: 1 })).toBe('handled');
    await worker.close();
    expect(worker.get(SimpleBroker).isRunning).toBe(false);
    expect(await template.convertAndSend('/topic/news', { a: 1 })).toBe('unhandled');
  });
});

describe('StompAdapter without StompModule', () => {
  it('cannot be made, and says what to import before Nest can end the process', async () => {
    @Module({})
    class EmptyModule {}
    // Whatever an application of this kind throws when it is asked for something ends the process.
    const app = await NestFactory.create(EmptyModule, { logger: false, abortOnError: true });
    expect(() => new StompAdapter(app)).toThrow(
      'StompAdapter finds no StompModule. Import StompModule.forRoot({ … }) in the root module.',
    );
    await app.close();
  });
});
