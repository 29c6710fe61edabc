import { Logger } from '@nestjs/common';
import { SimpAnnotationMethodMessageHandler } from '../annotation/simp-annotation-method-message-handler.js';
import { DefaultSubscriptionRegistry } from '../broker/default-subscription-registry.js';
import { SimpleBrokerCluster } from '../broker/cluster/simple-broker-cluster.js';
import { StompBrokerRelay } from '../broker/relay/stomp-broker-relay.js';
import { SimpleBroker } from '../broker/simple-broker.js';
import { ClientOutboundChannel } from '../messaging/client-outbound-channel.js';
import { defaultMessageConverter } from '../messaging/composite-message-converter.js';
import type { DestinationSeparator } from '../messaging/destination/destination-pattern.js';
import { destinationUserNameOf } from '../messaging/principal.js';
import { SimpMessagingTemplate } from '../messaging/simp-messaging-template.js';
import type { HandshakeInfo, SimpSession } from '../messaging/simp-session.js';
import { SubscribableChannel } from '../messaging/subscribable-channel.js';
import { AuthenticationChannelInterceptor } from '../security/authentication-channel-interceptor.js';
import { AuthorizationChannelInterceptor } from '../security/authorization-channel-interceptor.js';
import type { MessageAuthorizationRules } from '../security/message-authorization-rules.js';
import type { SessionTransport } from '../session/session-transport.js';
import type { StompSession } from '../session/stomp-session.js';
import type { StompSessionContext } from '../session/stomp-session-context.js';
import { StompCounters } from '../session/stomp-counters.js';
import { StompEventBus } from '../session/stomp-event-bus.js';
import { StompSubProtocolHandler } from '../session/stomp-sub-protocol-handler.js';
import { systemClock, TimerWheel, type Clock } from '../session/timer-wheel.js';
import { DefaultSimpUserRegistry } from '../user/default-simp-user-registry.js';
import { UserDestinationMessageHandler } from '../user/user-destination-message-handler.js';
import { UserDestinationResolver } from '../user/user-destination-resolver.js';
import { UserFailureReporter } from '../user/user-failure-reporter.js';
import { StompEndpointServer } from '../websocket/stomp-endpoint-server.js';
import type { UserRegistryBroadcast } from '../user/user-registry-broadcast.js';
import { userDestinationBroadcastOver, userRegistryBroadcastOver } from './relay-user-broadcasts.js';
import { joinCluster, orderOnBrokerChannel, userCluster } from './cluster-wiring.js';
import { StompConfigurationError } from './stomp-configuration-error.js';
import { bridgeTo } from './event-emitter-bridge.js';
import { StompEvents } from './stomp-events.js';
import type { StompModuleOptions } from './stomp-module-options.js';
import { stompSettings, type StompSettings } from './stomp-settings.js';

/** A WebSocket message may hold several frames; this much more than one frame of the largest size. */
const PAYLOAD_FACTOR = 2;

/** Any length will do: the timer is there to be there, and a day is far below what timers can hold. */
const STAY_ALIVE_MS = 86_400_000;

/**
 * The whole flow of messages, wired: three channels, and on them the annotated methods, the broker and the
 * clients. This is the picture of the design in code; everything below it only knows its own channel ends.
 */
export class StompFlow {
  readonly settings: StompSettings;
  readonly wheel: TimerWheel;
  readonly eventBus = new StompEventBus(new Logger('StompEvents'));
  readonly events = new StompEvents(this.eventBus);
  readonly counters = new StompCounters();
  readonly userRegistry = new DefaultSimpUserRegistry();
  readonly clientInboundChannel: SubscribableChannel;
  readonly brokerChannel: SubscribableChannel;
  readonly clientOutboundChannel: ClientOutboundChannel;
  /** `undefined` when no authenticator is asked. */
  readonly authentication: AuthenticationChannelInterceptor | undefined;
  readonly subProtocolHandler: StompSubProtocolHandler;
  readonly annotationHandler: SimpAnnotationMethodMessageHandler;
  readonly userDestinationHandler: UserDestinationMessageHandler;
  readonly simpleBroker: SimpleBroker;
  /** `undefined` when the simple broker is alone. */
  readonly cluster: SimpleBrokerCluster | undefined;
  /** `undefined` when there is no broker elsewhere. */
  readonly brokerRelay: StompBrokerRelay | undefined;
  readonly messagingTemplate: SimpMessagingTemplate;
  readonly endpointServer: StompEndpointServer;
  /** `undefined` when other instances are told nothing of this one's users. */
  readonly #registryBroadcast: UserRegistryBroadcast | undefined;
  readonly #session: StompSessionContext;
  readonly userDestinations: UserDestinationResolver;
  #isOpen = false;

  /** @throws StompConfigurationError when an option is wrong */
  constructor(options: StompModuleOptions, clock: Clock = systemClock) {
    const settings = (this.settings = stompSettings(options));
    this.wheel = new TimerWheel(clock);
    const converter = defaultMessageConverter(options.messageConverters);

    this.eventBus.subscribe(this.userRegistry.onEvent);
    if (options.eventEmitter !== undefined) this.eventBus.subscribe(bridgeTo(options.eventEmitter));

    this.subProtocolHandler = new StompSubProtocolHandler(new Logger('StompSession'), this.counters);
    this.clientInboundChannel = new SubscribableChannel('clientInboundChannel', new Logger('StompChannel'));
    this.clientOutboundChannel = new ClientOutboundChannel(
      new Logger('StompChannel'),
      this.subProtocolHandler,
    );
    this.brokerChannel = new SubscribableChannel(
      'brokerChannel',
      new Logger('StompChannel'),
      orderOnBrokerChannel,
    );
    // Who it is comes first, what it may do last: with what the application's interceptors have made of the message.
    if (options.authenticator !== undefined) {
      this.authentication = new AuthenticationChannelInterceptor(options.authenticator);
      this.clientInboundChannel.addInterceptor(this.authentication);
    }
    for (const interceptor of options.interceptors?.clientInbound ?? []) {
      this.clientInboundChannel.addInterceptor(interceptor);
    }
    if (options.authorization !== undefined) {
      this.clientInboundChannel.addInterceptor(
        authorizationBy(options.authorization, settings.pathSeparator),
      );
    }
    for (const interceptor of options.interceptors?.clientOutbound ?? []) {
      this.clientOutboundChannel.addInterceptor(interceptor);
    }
    for (const interceptor of options.interceptors?.broker ?? [])
      this.brokerChannel.addInterceptor(interceptor);

    const reporter = new UserFailureReporter(
      this.brokerChannel,
      converter,
      settings.userDestinationPrefix,
      settings.userErrorDestination,
      new Logger('StompSession'),
    );
    this.annotationHandler = new SimpAnnotationMethodMessageHandler(
      this.clientInboundChannel,
      this.clientOutboundChannel,
      this.brokerChannel,
      converter,
      settings,
      (session, failure) => reporter.report(session, failure),
      () => this.wheel.now(),
      this.counters,
    );
    this.brokerRelay =
      settings.brokerRelay &&
      new StompBrokerRelay(
        this.clientInboundChannel,
        this.clientOutboundChannel,
        this.brokerChannel,
        settings.brokerRelay,
        this.subProtocolHandler,
        this.eventBus,
        new Logger('StompBrokerRelay'),
        this.wheel,
        this.counters,
      );
    const { userDestinationPrefix, pathSeparator } = settings;
    this.cluster =
      settings.cluster &&
      new SimpleBrokerCluster(
        settings.cluster,
        pathSeparator,
        {
          destinationPrefixes: settings.simpleBroker.destinationPrefixes,
          userDestinationPrefix,
          pathSeparator,
        },
        this.userRegistry.remote,
        this.eventBus,
        new Logger('SimpleBrokerCluster'),
        this.wheel,
      );
    this.simpleBroker = new SimpleBroker(
      this.clientInboundChannel,
      this.clientOutboundChannel,
      this.brokerChannel,
      options.simpleBroker?.subscriptionRegistry ?? new DefaultSubscriptionRegistry(pathSeparator),
      {
        ...settings.simpleBroker,
        other: this.brokerRelay,
        cluster: this.cluster,
        userNameOf: (sessionId) => this.userRegistry.userNameOf(sessionId),
      },
      // With a broker elsewhere, whether that is available is what counts.
      this.brokerRelay === undefined ? this.eventBus : { publish: () => undefined },
      new Logger('SimpleBroker'),
      this.wheel,
      this.counters,
    );
    const { brokerRelay: relay } = this;
    const { userDestinationBroadcast, userRegistryBroadcast } = settings.brokerRelay ?? {};
    const [firstPrefix = '/'] = settings.simpleBroker.destinationPrefixes;
    this.userDestinations = new UserDestinationResolver(
      this.userRegistry,
      userDestinationPrefix,
      firstPrefix.startsWith('/'),
    );
    this.userDestinationHandler = new UserDestinationMessageHandler(
      this.clientInboundChannel,
      this.brokerChannel,
      this.userDestinations,
      settings.userErrorDestination,
      settings.brokerRelay?.clientSend ?? settings.simpleBroker.clientSend,
      new Logger('UserDestinations'),
      this.cluster && userCluster(this.cluster, this.userRegistry),
      relay === undefined || userDestinationBroadcast === undefined
        ? undefined
        : userDestinationBroadcastOver(relay, userDestinationBroadcast, () => this.userDestinationHandler),
    );
    if (relay !== undefined && userRegistryBroadcast !== undefined) {
      this.#registryBroadcast = userRegistryBroadcastOver(
        relay,
        userRegistryBroadcast,
        this.userRegistry,
        this.eventBus,
        this.wheel,
      );
    }
    this.messagingTemplate = new SimpMessagingTemplate(
      this.brokerChannel,
      converter,
      new Logger('SimpMessagingTemplate'),
      userDestinationPrefix,
    );
    this.#session = this.#sessionContext(reporter);
    this.endpointServer = new StompEndpointServer(
      {
        endpoints: settings.endpoints,
        ...settings.transport,
        maxPayloadBytes:
          PAYLOAD_FACTOR * (settings.limits.maxBodyBytes + settings.limits.maxHeaderBlockBytes),
      },
      this.subProtocolHandler,
      this.#session,
      new Logger('StompEndpoint'),
    );
  }

  /** Whether clients are let in. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  start(): void {
    this.annotationHandler.start();
    this.userDestinationHandler.start();
    // Behind the relay: where the relay is, it gives a session's leave its answer.
    this.#registryBroadcast?.start();
    this.brokerRelay?.start();
    this.simpleBroker.start();
    if (this.cluster !== undefined) joinCluster(this.cluster, this);
  }

  /**
   * Resolved when the other nodes can be reached, or the bus is known to be away.
   *
   * @throws StompConfigurationError when this node can never be one of them, or the application does not want to start alone
   */
  async clusterAnswered(): Promise<void> {
    const problem = await this.#firstAttempt();
    if (problem === undefined) return;
    const { isFatal, text } = problem;
    if (!isFatal && this.settings.cluster?.failFast !== true) return;
    throw new StompConfigurationError(isFatal ? text : `simpleBroker.cluster.failFast is set. ${text}`);
  }

  /**
   * Resolved when the broker elsewhere is available, or known not to be.
   *
   * @throws StompConfigurationError when it is not, and the application does not want to start then
   */
  async brokerAnswered(): Promise<void> {
    const error = await this.brokerRelay?.firstAttempt();
    if (error === undefined || this.settings.brokerRelay?.failFast !== true) return;
    throw new StompConfigurationError(`brokerRelay.failFast is set. ${error.message}`);
  }

  /** Lets clients in: the application has bootstrapped. */
  open(): void {
    this.#isOpen = true;
    this.endpointServer.open();
  }

  /**
   * Begins a conversation on a connection that came through no endpoint.
   *
   * @throws Error while an endpoint would refuse it, too
   */
  accept(
    transport: SessionTransport,
    handshake: HandshakeInfo,
    attributes: Iterable<readonly [string, unknown]>,
  ): StompSession {
    if (!this.#isOpen) throw new Error('The application is starting or stopping: it takes no clients.');
    return this.subProtocolHandler.open(transport, handshake, attributes, this.#session);
  }

  async stop(): Promise<void> {
    this.#isOpen = false;
    await this.endpointServer.close();
    await this.cluster?.stop();
    this.#registryBroadcast?.stop();
    this.brokerRelay?.stop();
    this.simpleBroker.stop();
    this.userDestinationHandler.stop();
    this.annotationHandler.stop();
    this.wheel.stop();
  }

  /** Lets {@link stop} wait for no handler. */
  hurry(): void {
    this.endpointServer.hurry();
  }

  /** Lets a session that has begun be whose its handshake says, without the authenticator. */
  trust(session: SimpSession): void {
    this.authentication?.trust(session);
  }

  async #firstAttempt(): ReturnType<SimpleBrokerCluster['firstAttempt']> {
    // The wheel's timers keep no process alive, and a bus need not have a socket: the process would end in the midst of its boot.
    const untilAnswered = setInterval(() => undefined, STAY_ALIVE_MS);
    try {
      return await this.cluster?.firstAttempt();
    } finally {
      clearInterval(untilAnswered);
    }
  }

  #sessionContext(reporter: UserFailureReporter): StompSessionContext {
    const { limits, transport, preserveReceiveOrder, rejections } = this.settings;
    return {
      inbound: this.clientInboundChannel,
      wheel: this.wheel,
      logger: new Logger('StompSession'),
      counters: this.counters,
      limits,
      timeToConnectMs: transport.timeToFirstMessage,
      maxSubscriptions: transport.maxSubscriptions,
      maxSessionsPerUser: transport.maxSessionsPerUser,
      sessionsOf: (user) => this.userRegistry.sessionIdsOf(destinationUserNameOf(user)).length,
      frameTimeLimitMs: transport.frameTimeLimit,
      inboundRate: transport.inboundRate,
      transactionLimits: transport.transactionLimits,
      messageIds: this.subProtocolHandler.messageIds,
      preserveReceiveOrder,
      leavesProcess: this.brokerRelay !== undefined || this.cluster !== undefined,
      events: this.eventBus,
      rejections,
      reportFailure: (session, report) => reporter.report(session, report),
    };
  }
}

function authorizationBy(
  rules: MessageAuthorizationRules,
  separator: DestinationSeparator,
): AuthorizationChannelInterceptor {
  try {
    return new AuthorizationChannelInterceptor(rules, { separator });
  } catch (error) {
    throw new StompConfigurationError(
      `StompModule option "authorization" is wrong. ${(error as Error).message}`,
    );
  }
}
