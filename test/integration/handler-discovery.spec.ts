import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Injectable } from '@nestjs/common';
import { MessageMapping } from 'nestjs-stomp';
import { bodyOf, exchange } from '../support/exchange.js';
import { terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

describe('Handlers', () => {
  it('are found on controllers and providers, and next to HTTP routes', async () => {
    @Controller('http')
    class Mixed {
      #visits = 0;

      @Get('visits')
      visits(): { visits: number } {
        return { visits: this.#visits };
      }

      @MessageMapping('/visit')
      visit(): void {
        this.#visits++;
      }
    }
    @Injectable()
    class Service {
      @MessageMapping('/service')
      serve(): string {
        return 'from a provider';
      }
    }
    const { url, port } = await startTestApp({ controllers: [Mixed], providers: [Service] });
    const frames = await exchange(
      url,
      'SEND\ndestination:/app/visit\n\n\0',
      'SEND\ndestination:/app/service\n\n\0',
    );
    expect(frames.map(bodyOf)).toEqual(['from a provider']);
    const response = await fetch(`http://127.0.0.1:${port}/http/visits`);
    expect(await response.json()).toEqual({ visits: 1 });
  });

  it('are inherited, with the path of the subclass, or else of the base', async () => {
    class Base {
      @MessageMapping('/who')
      who(): string {
        return this.constructor.name;
      }
    }
    @MessageMapping('/base')
    class PathBase {
      @MessageMapping('/who')
      who(): string {
        return this.constructor.name;
      }
    }
    @Controller()
    @MessageMapping('/cats')
    class Cats extends Base {}
    @Controller()
    @MessageMapping('/dogs')
    class Dogs extends PathBase {}
    @Controller()
    class Birds extends PathBase {}
    const { url } = await startTestApp({ controllers: [Cats, Dogs, Birds] });
    const paths = ['/who', '/cats/who', '/dogs/who', '/base/who', '/base/dogs/who'];
    const frames = await exchange(url, ...paths.map((path) => `SEND\ndestination:/app${path}\n\n\0`));
    expect(frames.map(bodyOf)).toEqual(['Cats', 'Dogs', 'Birds']);
  });

  it('are not inherited by a method that overrides one without saying so', async () => {
    class Base {
      @MessageMapping('/who')
      who(): string {
        return 'base';
      }
    }
    @Controller()
    class Quiet extends Base {
      override who(): string {
        return 'quiet';
      }
    }
    @Controller()
    class Loud {
      @MessageMapping('/loud')
      loud(): string {
        return 'loud';
      }
    }
    const { url } = await startTestApp({ controllers: [Quiet, Loud] });
    const frames = await exchange(
      url,
      'SEND\ndestination:/app/who\n\n\0',
      'SEND\ndestination:/app/loud\n\n\0',
    );
    expect(frames.map(bodyOf)).toEqual(['loud']);
  });

  it('are told apart from what merely has such a method: a plain object, an alias, a value', async () => {
    @Injectable()
    class Service {
      @MessageMapping('/service')
      serve(): string {
        return 'once';
      }
    }
    const { url } = await startTestApp({
      providers: [
        Service,
        { provide: 'ALIAS', useExisting: Service },
        { provide: 'SAME', useFactory: (service: Service) => service, inject: [Service] },
        { provide: 'PLAIN', useValue: { serve: () => 'plain' } },
        { provide: 'NULL', useValue: null },
        { provide: 'TEXT', useValue: 'text' },
      ],
    });
    expect((await exchange(url, 'SEND\ndestination:/app/service\n\n\0')).map(bodyOf)).toEqual(['once']);
  });
});
