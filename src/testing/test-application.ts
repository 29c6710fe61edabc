import type { INestApplication } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { STOMP_CLOCK } from '../module/stomp-clock.js';
import { StompAdapter } from '../websocket/stomp-adapter.js';
import { stompFlowOf } from './stomp-flow-of.js';
import { VirtualClock } from './virtual-clock.js';

/**
 * What the kit needs of the `TestingModule` of `@nestjs/testing`.
 *
 * @publicApi
 */
export interface TestingModuleLike {
  createNestApplication(): INestApplication;
}

/**
 * What the kit needs of the builder that `Test.createTestingModule` gives.
 *
 * @publicApi
 */
export interface TestingModuleBuilderLike<M extends TestingModuleLike> {
  compile(): Promise<M>;
  overrideProvider(token: unknown): { useValue(value: unknown): unknown };
}

/** A compiled module, made from the builder if it is none yet. */
export async function compiled<M extends TestingModuleLike>(
  source: M | TestingModuleBuilderLike<M>,
  virtualTime: boolean,
): Promise<M> {
  if (!('compile' in source)) {
    if (!virtualTime) return source;
    throw new Error(
      'Virtual time has to be there before the module is compiled. ' +
        'Give StompTestKit.create what Test.createTestingModule({ … }) returns, without compile().',
    );
  }
  if (virtualTime) source.overrideProvider(STOMP_CLOCK).useValue(new VirtualClock());
  return source.compile();
}

/** Starts an application that listens nowhere. The caller's WebSocket adapter stays, if there is one. */
export async function started(app: INestApplication): Promise<INestApplication> {
  const other = app.get(ApplicationConfig).getIoAdapter() as unknown;
  if (!stompFlowOf(app).endpointServer.isAttached && (other === null || other === undefined)) {
    app.useWebSocketAdapter(new StompAdapter(app));
  }
  try {
    return await app.init();
  } catch (error) {
    // What had been opened before the failure would keep the test runner from ending.
    await app.close().catch(() => undefined);
    throw error;
  }
}
