import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Injectable,
  Scope,
  UseGuards,
  type CanActivate,
  type PipeTransform,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { MessageMapping } from 'nestjs-stomp';
import { bodyOf, exchange } from '../support/exchange.js';
import { terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp, type TestAppSetup } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

@Injectable()
class Closed implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

@Injectable({ scope: Scope.REQUEST })
class ClosedForEach extends Closed {}

class Upper implements PipeTransform {
  transform(value: unknown): string {
    return String(value).toUpperCase();
  }
}

@Controller()
class Handlers {
  @MessageMapping('/open')
  open(text: string): string {
    return text;
  }

  @MessageMapping('/closed')
  @UseGuards(Closed)
  closed(text: string): string {
    return text;
  }
}

const SENDS = ['open', 'closed'].map((path) => `SEND\ndestination:/app/${path}\n\nhi\0`);

describe('useGlobalEnhancers: false', () => {
  const setups: Record<string, Partial<TestAppSetup>> = {
    'app.useGlobalGuards': { prepare: (app) => app.useGlobalGuards(new Closed()) },
    'an APP_GUARD': { providers: [{ provide: APP_GUARD, useClass: Closed }] },
    'a request-scoped APP_GUARD': { providers: [{ provide: APP_GUARD, useClass: ClosedForEach }] },
  };

  it.each(Object.entries(setups))('leaves %s out, and says so at the start', async (_title, setup) => {
    const { url, logger } = await startTestApp({
      controllers: [Handlers],
      ...setup,
      stomp: { useGlobalEnhancers: false },
    });
    expect((await exchange(url, ...SENDS)).map(bodyOf)).toEqual(['hi']);
    expect(logger.textsOf('warn')[0]).toMatch(
      /^Global enhancers do NOT run for message handlers \(useGlobalEnhancers is false\): Closed(ForEach)?$/,
    );
  });

  it('leaves out interceptors, pipes and filters as well, and names them', async () => {
    const { url, logger } = await startTestApp({
      controllers: [Handlers],
      prepare: (app) => {
        app.useGlobalPipes(new Upper());
        app.useGlobalInterceptors({ intercept: () => Promise.reject(new Error('no')) });
        app.useGlobalFilters({ catch: () => undefined });
      },
      stomp: { useGlobalEnhancers: false },
    });
    expect((await exchange(url, ...SENDS)).map(bodyOf)).toEqual(['hi']);
    expect(logger.textsOf('warn')[0]).toContain(': Object, Upper, Object');
    expect(logger.textsOf('warn').join()).toContain('Handlers.closed failed');
  });

  it('says nothing where there are none', async () => {
    const { logger } = await startTestApp({ controllers: [Handlers], stomp: { useGlobalEnhancers: false } });
    expect(logger.textsOf('warn')).toEqual([]);
  });
});

describe('by default', () => {
  it('they run, and nothing is said', async () => {
    const { url, logger } = await startTestApp({
      controllers: [Handlers],
      prepare: (app) => app.useGlobalPipes(new Upper()),
    });
    expect(logger.textsOf('warn')).toEqual([]);
    expect((await exchange(url, ...SENDS)).map(bodyOf)).toEqual(['HI']);
  });
});
