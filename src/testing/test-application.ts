import type { INestApplication } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { STOMP_CLOCK } from '../module/stomp-clock.js';
import { StompAdapter } from '../websocket/stomp-adapter.js';
import { instancesOf } from '../websocket/instances-of.js';
import { stompFlowOf } from './stomp-flow-of.js';
import { VirtualClock } from './virtual-clock.js';

/** That of sessions, which look at their clock as often. */
const STEP_MS = 25;

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
  const stopClock = runClockDuringBoot(app);
  try {
    return await app.init();
  } catch (error) {
    // What had been opened before the failure would keep the test runner from ending.
    await app.close().catch(() => undefined);
    throw error;
  } finally {
    stopClock();
  }
}

/**
 * A node of a cluster gives the others a moment to answer before it has started. Nobody could turn a virtual clock then, because
 * there is no kit yet: it follows the real one until the boot is over.
 */
function runClockDuringBoot(app: INestApplication): () => void {
  const [clock] = instancesOf<unknown>(app, STOMP_CLOCK);
  if (!(clock instanceof VirtualClock) || stompFlowOf(app).cluster === undefined) return () => undefined;
  const timer = setInterval(() => clock.advance(STEP_MS), STEP_MS);
  return () => clearInterval(timer);
}
