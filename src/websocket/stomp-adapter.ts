import type { INestApplication, WebSocketAdapter, WsMessageHandler } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import type { Observable } from 'rxjs';
import { instancesOf } from './instances-of.js';
import { StompEndpointServer } from './stomp-endpoint-server.js';

/**
 * What else the adapter serves.
 *
 * @publicApi
 */
export interface StompAdapterOptions {
  /**
   * The adapter that serves the application's other gateways, on their own paths: `new IoAdapter(app)`, say.
   *
   * @default `new WsAdapter(app)` of `@nestjs/platform-ws`, made when the first such gateway asks for a server
   */
  readonly gateways?: WebSocketAdapter;
}

/** What an adapter may have beyond Nest's interface. */
interface FullAdapter extends WebSocketAdapter {
  forceCloseConnections?: boolean;
  dispose?(): unknown;
}

/**
 * Serves the STOMP endpoints of `StompModule` on the application's HTTP server, beside its routes, and hands every
 * plain `@WebSocketGateway` to an inner adapter.
 *
 * ```ts
 * const app = await NestFactory.create(AppModule);
 * app.useWebSocketAdapter(new StompAdapter(app));
 * await app.listen(3000);
 * ```
 *
 * @publicApi
 */
export class StompAdapter implements WebSocketAdapter {
  #gateways: FullAdapter | undefined;
  #forceCloseConnections: boolean | undefined;

  /** @throws Error when `StompModule` is not imported anywhere in the application */
  constructor(
    private readonly app: INestApplication,
    options: StompAdapterOptions = {},
  ) {
    this.#gateways = options.gateways;
    endpointServerOf(app).attach(app.getHttpServer());
  }

  /** Set by Nest before it asks for the first gateway's server. */
  set forceCloseConnections(value: boolean) {
    this.#forceCloseConnections = value;
    if (this.#gateways !== undefined) this.#gateways.forceCloseConnections = value;
  }

  create(port: number, options?: unknown): unknown {
    return this.#inner().create(port, options);
  }

  // oxlint-disable-next-line typescript/no-unsafe-function-type -- Nest's own signature
  bindClientConnect(server: unknown, callback: Function): void {
    this.#inner().bindClientConnect(server, callback);
  }

  // oxlint-disable-next-line typescript/no-unsafe-function-type -- Nest's own signature
  bindClientDisconnect(client: unknown, callback: Function): void {
    this.#inner().bindClientDisconnect?.(client, callback);
  }

  bindMessageHandlers(
    client: unknown,
    handlers: WsMessageHandler[],
    transform: (data: unknown) => Observable<unknown>,
  ): void {
    this.#inner().bindMessageHandlers(client, handlers, transform);
  }

  async close(server: unknown): Promise<void> {
    await this.#inner().close(server);
  }

  /** The STOMP endpoints close with the module; what is left are the gateways' listeners. */
  async dispose(): Promise<void> {
    await this.#gateways?.dispose?.();
  }

  #inner(): FullAdapter {
    if (this.#gateways === undefined) {
      this.#gateways = new WsAdapter(this.app);
      if (this.#forceCloseConnections !== undefined)
        this.#gateways.forceCloseConnections = this.#forceCloseConnections;
    }
    return this.#gateways;
  }
}

function endpointServerOf(app: INestApplication): StompEndpointServer {
  const [server, another] = instancesOf(app, StompEndpointServer);
  if (server === undefined) {
    throw new Error(
      'StompAdapter finds no StompModule. Import StompModule.forRoot({ … }) in the root module.',
    );
  }
  if (another !== undefined) {
    throw new Error(
      'StompAdapter finds more than one StompModule. Call StompModule.forRoot({ … }) once, with all endpoints.',
    );
  }
  return server;
}
