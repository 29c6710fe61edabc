import {
  Logger,
  Module,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { ApplicationConfig, DiscoveryModule, ExternalContextCreator, HttpAdapterHost } from '@nestjs/core';
import { BeforeSubscribeExplorer } from '../annotation/before-subscribe-explorer.js';
import { BeforeSubscribeInterceptor } from '../annotation/before-subscribe-interceptor.js';
import { EventListenerExplorer } from '../annotation/event-listener-explorer.js';
import { globalEnhancerNames } from '../annotation/global-enhancers.js';
import { ExceptionHandlerMethodExplorer } from '../annotation/exception-handler-method-explorer.js';
import { HandlerContextCreator } from '../annotation/handler-context-creator.js';
import { HandlerMethodExplorer } from '../annotation/handler-method-explorer.js';
import { HostDiscovery } from '../annotation/host-discovery.js';
import { WebSocketScope } from '../annotation/web-socket-scope.js';
import { SimpleBrokerCluster } from '../broker/cluster/simple-broker-cluster.js';
import { StompBrokerRelay } from '../broker/relay/stomp-broker-relay.js';
import { SimpleBroker } from '../broker/simple-broker.js';
import { SimpMessagingTemplate } from '../messaging/simp-messaging-template.js';
import {
  BrokerAvailabilityEvent,
  ClusterAvailabilityEvent,
  ClusterNodeEvent,
  SessionDisconnectEvent,
  SessionEvent,
} from '../session/stomp-event.js';
import { systemClock, type Clock } from '../session/timer-wheel.js';
import { SimpUserRegistry } from '../user/simp-user-registry.js';
import { StompEndpointServer } from '../websocket/stomp-endpoint-server.js';
import { StompServer } from '../websocket/stomp-server.js';
import { ApplicationReady, ApplicationReadyModule } from './application-ready.module.js';
import { doubledPrefixes } from './doubled-prefixes.js';
import { STOMP_CLOCK } from './stomp-clock.js';
import { StompConfigurationError } from './stomp-configuration-error.js';
import { StompEvents } from './stomp-events.js';
import { StompFlow } from './stomp-flow.js';
import { StompStats } from './stomp-stats.js';
import { StompStatsLog } from './stomp-stats-log.js';
import type { StompModuleOptions } from './stomp-module-options.js';
import { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } from './stomp.module-definition.js';

/**
 * STOMP messaging for a Nest application.
 *
 * ```ts
 * @Module({
 *   imports: [
 *     StompModule.forRoot({
 *       endpoints: [{ path: '/stomp' }],
 *       applicationDestinationPrefixes: ['/app'],
 *       simpleBroker: { destinationPrefixes: ['/topic', '/queue'] },
 *     }),
 *   ],
 *   controllers: [ChatController],
 * })
 * export class AppModule {}
 * ```
 *
 * `main.ts` adds `app.useWebSocketAdapter(new StompAdapter(app))`. The module is global (`isGlobal: false` makes it
 * an ordinary one) and exports `SimpMessagingTemplate`, `SimpleBroker`, `SimpleBrokerCluster` (`null` without
 * `simpleBroker.cluster`), `StompBrokerRelay` (`null` without `brokerRelay`),
 * `SimpUserRegistry`, `StompEvents`, `StompServer`, `StompStats` and `WebSocketScope`.
 *
 * @publicApi
 */
@Module({
  imports: [DiscoveryModule, ApplicationReadyModule],
  providers: [
    BeforeSubscribeExplorer,
    EventListenerExplorer,
    ExceptionHandlerMethodExplorer,
    HandlerMethodExplorer,
    HostDiscovery,
    WebSocketScope,
    { provide: STOMP_CLOCK, useValue: systemClock },
    {
      provide: StompFlow,
      useFactory: (options: StompModuleOptions, clock: Clock) => new StompFlow(options, clock),
      inject: [MODULE_OPTIONS_TOKEN, STOMP_CLOCK],
    },
    {
      provide: HandlerContextCreator,
      useFactory: (creator: ExternalContextCreator, scope: WebSocketScope, { settings }: StompFlow) =>
        new HandlerContextCreator(creator, scope, settings.useGlobalEnhancers),
      inject: [ExternalContextCreator, WebSocketScope, StompFlow],
    },
    { provide: SimpleBroker, useFactory: (flow: StompFlow) => flow.simpleBroker, inject: [StompFlow] },
    {
      provide: StompBrokerRelay,
      useFactory: ({ brokerRelay }: StompFlow) => brokerRelay ?? null,
      inject: [StompFlow],
    },
    {
      provide: SimpleBrokerCluster,
      useFactory: ({ cluster }: StompFlow) => cluster ?? null,
      inject: [StompFlow],
    },
    {
      provide: SimpMessagingTemplate,
      useFactory: (flow: StompFlow) => flow.messagingTemplate,
      inject: [StompFlow],
    },
    { provide: SimpUserRegistry, useFactory: (flow: StompFlow) => flow.userRegistry, inject: [StompFlow] },
    { provide: StompStats, useFactory: (flow: StompFlow) => new StompStats(flow), inject: [StompFlow] },
    StompStatsLog,
    { provide: StompEvents, useFactory: (flow: StompFlow) => flow.events, inject: [StompFlow] },
    {
      provide: StompEndpointServer,
      useFactory: (flow: StompFlow) => flow.endpointServer,
      inject: [StompFlow],
    },
    { provide: StompServer, useExisting: StompEndpointServer },
  ],
  exports: [
    SimpleBroker,
    SimpleBrokerCluster,
    StompBrokerRelay,
    SimpMessagingTemplate,
    SimpUserRegistry,
    StompEvents,
    StompServer,
    StompStats,
    WebSocketScope,
  ],
})
export class StompModule
  extends ConfigurableModuleClass
  implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown
{
  readonly #logger = new Logger('StompModule');

  constructor(
    private readonly flow: StompFlow,
    private readonly explorer: HandlerMethodExplorer,
    private readonly checks: BeforeSubscribeExplorer,
    private readonly listeners: EventListenerExplorer,
    private readonly scope: WebSocketScope,
    private readonly http: HttpAdapterHost,
    private readonly application: ApplicationReady,
    private readonly config: ApplicationConfig,
  ) {
    super();
  }

  /** Maps the annotated methods; a mapping that cannot work fails the boot. */
  async onModuleInit(): Promise<void> {
    const { pathSeparator, useGlobalEnhancers } = this.flow.settings;
    const ignored = useGlobalEnhancers ? [] : globalEnhancerNames(this.config);
    if (ignored.length > 0) {
      this.#logger.warn(
        `Global enhancers do NOT run for message handlers (useGlobalEnhancers is false): ${ignored.join(', ')}`,
      );
    }
    for (const handler of await this.explorer.explore(pathSeparator)) {
      this.flow.annotationHandler.register(handler);
      const patterns = handler.patterns.map(({ source }) => source).join(', ');
      this.#logger.log(`Mapped {${patterns}, ${handler.kind}} ${handler.name}`);
      for (const line of doubledPrefixes(handler, this.flow.settings)) this.#logger.warn(line);
    }
    const checks = await this.checks.explore(pathSeparator);
    if (checks.length > 0) {
      this.flow.clientInboundChannel.addInterceptor(new BeforeSubscribeInterceptor(checks, pathSeparator));
    }
    for (const listener of this.listeners.explore([
      SessionEvent,
      BrokerAvailabilityEvent,
      ClusterAvailabilityEvent,
      ClusterNodeEvent,
    ]))
      this.flow.eventBus.subscribe(listener);
    // Listeners may still want what the session had of its own.
    this.flow.eventBus.finishWith((event) =>
      event instanceof SessionDisconnectEvent ? this.scope.end(event.session) : undefined,
    );
  }

  /** Starts the flow. Clients are let in when the rest of the application has bootstrapped, too. */
  async onApplicationBootstrap(): Promise<void> {
    try {
      await this.#begin();
    } catch (error) {
      // Nobody stops an application that has not started.
      await this.flow.stop();
      throw error;
    }
  }

  async #begin(): Promise<void> {
    const { endpointServer, settings, simpleBroker } = this.flow;
    this.flow.start();
    if (settings.brokerRelay !== undefined) await this.flow.brokerAnswered();
    if (settings.cluster !== undefined) await this.flow.clusterAnswered();
    this.application.onReady(() => this.flow.open());
    // An application without HTTP (a script, a worker) has the template and no clients.
    if (this.http?.httpAdapter === undefined || this.http.httpAdapter === null) return;
    if (!endpointServer.isAttached) {
      throw new StompConfigurationError(
        'StompModule has no StompAdapter, so no client can connect. ' +
          'Add app.useWebSocketAdapter(new StompAdapter(app)) before app.listen() or app.init().',
      );
    }
    const { brokerRelay } = settings;
    if (brokerRelay !== undefined) {
      this.#logger.log(
        `Endpoints ${endpointServer.paths.join(', ')}; the broker relay serves ` +
          `${brokerRelay.destinationPrefixes.join(', ')}, clients ${brokerRelay.clientSend === 'allow' ? 'may' : 'may not'} ` +
          'SEND to them (brokerRelay.clientSend)',
      );
      return;
    }
    const { destinationPrefixes, clientSend } = settings.simpleBroker;
    this.#logger.log(
      `Endpoints ${endpointServer.paths.join(', ')}; SimpleBroker ${simpleBroker.isRunning ? 'serves' : 'refuses'} ` +
        `${destinationPrefixes.join(', ') || 'all destinations'}, ` +
        `clients ${clientSend === 'allow' ? 'may' : 'may not'} SEND to them (simpleBroker.clientSend)`,
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.flow.stop();
  }
}
