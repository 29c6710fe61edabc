import type { INestApplication } from '@nestjs/common';
import { StompAdapter } from 'nestjs-stomp';
import { StompTestKit } from 'nestjs-stomp/testing';
import { createTestApp, type RecordingLogger, type TestAppSetup } from './test-app.js';

/** A running application and a kit that speaks with it in memory. */
export interface KitApp {
  readonly app: INestApplication;
  readonly stomp: StompTestKit;
  readonly logger: RecordingLogger;
}

/** Starts an application that listens nowhere; `closeTestApps` closes it. */
export async function startKitApp(setup: TestAppSetup = {}): Promise<KitApp> {
  const { app, logger } = await createTestApp(setup);
  app.useWebSocketAdapter(new StompAdapter(app));
  setup.prepare?.(app);
  await app.init();
  return { app, stomp: StompTestKit.of(app), logger };
}
