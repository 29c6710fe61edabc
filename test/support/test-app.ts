import type { AddressInfo } from 'node:net';
import type { INestApplication, LoggerService, ModuleMetadata, WebSocketAdapter } from '@nestjs/common';
import { Test, type TestingModule, type TestingModuleBuilder } from '@nestjs/testing';
import { StompAdapter, StompModule, type StompModuleOptions, type TransportOptions } from 'nestjs-stomp';

/** Keeps what the application logs, so that a test can read it and the console stays quiet. */
export class RecordingLogger implements LoggerService {
  readonly lines: { readonly level: string; readonly text: string }[] = [];

  log(message: unknown): void {
    this.#keep('log', message);
  }

  warn(message: unknown): void {
    this.#keep('warn', message);
  }

  error(message: unknown): void {
    this.#keep('error', message);
  }

  debug(message: unknown): void {
    this.#keep('debug', message);
  }

  verbose(message: unknown): void {
    this.#keep('verbose', message);
  }

  textsOf(level: string): string[] {
    return this.lines.filter((line) => line.level === level).map(({ text }) => text);
  }

  #keep(level: string, message: unknown): void {
    this.lines.push({ level, text: message instanceof Error ? message.message : String(message) });
  }
}

/** A running application and how to reach it. */
export interface TestApp {
  readonly app: INestApplication;
  readonly port: number;
  /** Of the endpoint `/stomp`. */
  readonly url: string;
  readonly logger: RecordingLogger;
}

export interface TestAppSetup extends Pick<ModuleMetadata, 'controllers' | 'providers' | 'imports'> {
  readonly stomp?: Partial<StompModuleOptions>;
  readonly gateways?: (app: INestApplication) => WebSocketAdapter;
  /** Puts something in the place of a provider or an enhancer. */
  readonly override?: (builder: TestingModuleBuilder) => void;
  /** Makes the application on another platform or with other options. */
  readonly create?: (moduleRef: TestingModule) => INestApplication;
  /** Changes the application before it starts. */
  readonly prepare?: (app: INestApplication) => void;
}

const running: INestApplication[] = [];

/** Many tests leave a handler at work, and none but those of draining has to wait for it. */
function impatient(transport: TransportOptions | undefined): TransportOptions | undefined {
  return transport === null ? transport : { drain: { graceMs: 0 }, ...transport };
}

/** An application without the adapter, not started. */
export async function createTestApp(
  setup: TestAppSetup,
): Promise<{ app: INestApplication; logger: RecordingLogger }> {
  const { stomp, imports = [], controllers = [], providers = [] } = setup;
  const builder = Test.createTestingModule({
    imports: [
      ...imports,
      StompModule.forRoot({
        endpoints: [{ path: '/stomp' }],
        applicationDestinationPrefixes: ['/app'],
        simpleBroker: { destinationPrefixes: ['/topic', '/queue'] },
        ...stomp,
        transport: impatient(stomp?.transport),
      }),
    ],
    controllers,
    providers,
  });
  setup.override?.(builder);
  const moduleRef = await builder.compile();
  const logger = new RecordingLogger();
  const app = setup.create?.(moduleRef) ?? moduleRef.createNestApplication();
  app.useLogger(logger);
  running.push(app);
  return { app, logger };
}

/** Starts an application with the STOMP endpoint `/stomp` on a free port. */
export async function startTestApp(setup: TestAppSetup = {}): Promise<TestApp> {
  const { app, logger } = await createTestApp(setup);
  app.useWebSocketAdapter(
    new StompAdapter(app, setup.gateways === undefined ? {} : { gateways: setup.gateways(app) }),
  );
  setup.prepare?.(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { app, port, url: `ws://127.0.0.1:${port}/stomp`, logger };
}

/** For `afterEach`: closes every application that a test has started. */
export async function closeTestApps(): Promise<void> {
  await Promise.all(running.splice(0).map((app) => app.close()));
}
