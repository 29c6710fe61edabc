import { DEFAULT_ACKNOWLEDGEMENT_SETTINGS } from '../../src/broker/acknowledgement-settings.js';
import { DefaultSubscriptionRegistry } from '../../src/broker/default-subscription-registry.js';
import type { BrokerRelaySettings } from '../../src/broker/relay/relay-settings.js';
import { StompBrokerRelay } from '../../src/broker/relay/stomp-broker-relay.js';
import { SimpleBroker } from '../../src/broker/simple-broker.js';
import { ClientOutboundChannel } from '../../src/messaging/client-outbound-channel.js';
import { defaultMessageConverter } from '../../src/messaging/composite-message-converter.js';
import { SimpMessagingTemplate } from '../../src/messaging/simp-messaging-template.js';
import { SubscribableChannel } from '../../src/messaging/subscribable-channel.js';
import { brokerRelaySettings } from '../../src/module/broker-relay-settings.js';
import type { BrokerRelayOptions } from '../../src/module/broker-relay-options.js';
import { DEFAULT_DECODER_LIMITS } from '../../src/protocol/stomp-decoder-limits.js';
import {
  userDestinationBroadcastOver,
  userRegistryBroadcastOver,
} from '../../src/module/relay-user-broadcasts.js';
import { StompCounters } from '../../src/session/stomp-counters.js';
import { BrokerAvailabilityEvent } from '../../src/session/stomp-event.js';
import { StompEventBus } from '../../src/session/stomp-event-bus.js';
import type { StompSessionContext } from '../../src/session/stomp-session-context.js';
import { StompSubProtocolHandler } from '../../src/session/stomp-sub-protocol-handler.js';
import { TimerWheel } from '../../src/session/timer-wheel.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';
import { DefaultSimpUserRegistry } from '../../src/user/default-simp-user-registry.js';
import { UserDestinationMessageHandler } from '../../src/user/user-destination-message-handler.js';
import { UserDestinationResolver } from '../../src/user/user-destination-resolver.js';
import { UserFailureReporter } from '../../src/user/user-failure-reporter.js';
import type { UserRegistryBroadcast } from '../../src/user/user-registry-broadcast.js';
import { turnUntil } from './event-loop.js';
import { FakeBroker, type BrokerPeer } from './fake-broker.js';
import { MemoryTransport } from './memory-transport.js';
import { RecordedLog } from './recorded-log.js';

/** A connection in memory whose peer may be as slow as a test wants. */
export class SlowTransport extends MemoryTransport {
  waitingBytes = 0;
}

/** A client of a {@link RelayFlow}. */
export class RelayClient {
  constructor(
    readonly transport: SlowTransport,
    private readonly receive: (octets: Buffer) => void,
  ) {}

  say(octets: string): void {
    this.receive(Buffer.from(octets));
  }

  /** The next frame; '' when the session has ended. */
  async next(): Promise<string> {
    this.#frames.push(...this.transport.take());
    if (this.#frames.length === 0) this.#frames.push(...(await this.transport.takeWhenSent(1)));
    return this.#frames.shift() ?? '';
  }

  readonly #frames: string[] = [];
}

const open: RelayFlow[] = [];

/**
 * Sessions, channels, a relay and the simple broker beside it, wired as the module wires them, with a fake broker at the other
 * end of a real connection. Time stands still until a test turns it.
 */
export class RelayFlow {
  readonly log = new RecordedLog();
  readonly clock = new VirtualClock();
  readonly wheel = new TimerWheel(this.clock);
  readonly events = new StompEventBus(this.log);
  readonly counters = new StompCounters();
  readonly handler = new StompSubProtocolHandler(this.log, this.counters);
  readonly inbound = new SubscribableChannel('clientInboundChannel', this.log);
  readonly outbound = new ClientOutboundChannel(this.log, this.handler);
  readonly brokerChannel = new SubscribableChannel('brokerChannel', this.log);
  readonly users = new DefaultSimpUserRegistry();
  readonly template = new SimpMessagingTemplate(this.brokerChannel, defaultMessageConverter(), this.log);
  readonly settings: BrokerRelaySettings;
  readonly relay: StompBrokerRelay;
  readonly simpleBroker: SimpleBroker;
  readonly userDestinations: UserDestinationMessageHandler;
  readonly registryBroadcast: UserRegistryBroadcast | undefined;
  /** Whether the broker was available, each time that this changed. */
  readonly available: boolean[] = [];
  readonly #sessionIds: string[] = [];
  readonly #context: StompSessionContext;

  constructor(
    readonly broker: FakeBroker,
    options: BrokerRelayOptions = {},
    context: Partial<StompSessionContext> = {},
  ) {
    open.push(this);
    this.settings = brokerRelaySettings(
      { port: broker.port, ...options },
      {
        userDestinationPrefix: '/user/',
        userErrorDestination: '/queue/errors',
        clientSendBufferSizeLimit: 1000,
        simpleBrokerPrefixes: undefined,
      },
    );
    this.events.subscribe(this.users.onEvent);
    this.events.subscribe((event) => {
      if (event instanceof BrokerAvailabilityEvent) this.available.push(event.isBrokerAvailable);
    });
    const { inbound, outbound, brokerChannel, settings, handler, events, log, wheel, counters } = this;
    this.relay = new StompBrokerRelay(
      inbound,
      outbound,
      brokerChannel,
      settings,
      handler,
      events,
      log,
      wheel,
      counters,
    );
    this.simpleBroker = new SimpleBroker(
      inbound,
      outbound,
      brokerChannel,
      new DefaultSubscriptionRegistry(),
      {
        destinationPrefixes: settings.destinationPrefixes,
        heartbeat: [0, 0],
        clientSend: 'allow',
        userDestinationPrefix: '/user/',
        pathSeparator: '/',
        queuePrefixes: [],
        acknowledgement: DEFAULT_ACKNOWLEDGEMENT_SETTINGS,
        other: this.relay,
      },
      { publish: () => undefined },
      log,
      wheel,
      counters,
    );
    const { userDestinationBroadcast, userRegistryBroadcast } = settings;
    const resolver = new UserDestinationResolver(this.users, '/user/', true);
    this.userDestinations = new UserDestinationMessageHandler(
      inbound,
      brokerChannel,
      resolver,
      '/queue/errors',
      'allow',
      log,
      undefined,
      userDestinationBroadcast === undefined
        ? undefined
        : userDestinationBroadcastOver(this.relay, userDestinationBroadcast, () => this.userDestinations),
    );
    this.userDestinations.start();
    if (userRegistryBroadcast !== undefined) {
      const { relay, users } = this;
      this.registryBroadcast = userRegistryBroadcastOver(relay, userRegistryBroadcast, users, events, wheel);
    }
    const reporter = new UserFailureReporter(
      brokerChannel,
      defaultMessageConverter(),
      '/user/',
      '/queue/errors',
      log,
    );
    this.#context = {
      inbound,
      wheel,
      logger: log,
      counters,
      events,
      rejections: 'disconnect',
      reportFailure: (session, report) => reporter.report(session, report),
      limits: DEFAULT_DECODER_LIMITS,
      timeToConnectMs: 60_000,
      maxSubscriptions: 100,
      maxSessionsPerUser: 0,
      sessionsOf: () => 0,
      frameTimeLimitMs: 30_000,
      transactionLimits: { transactions: 16, frames: 1024, bytes: 8 * 1024 * 1024 },
      messageIds: handler.messageIds,
      preserveReceiveOrder: true,
      leavesProcess: true,
      ...context,
    };
  }

  /** A flow whose broker is available, and the broker's end of the system connection. */
  static async available(
    options: BrokerRelayOptions = {},
    context: Partial<StompSessionContext> = {},
  ): Promise<{ flow: RelayFlow; broker: FakeBroker; system: BrokerPeer }> {
    const broker = await FakeBroker.listen();
    const flow = new RelayFlow(broker, options, context);
    flow.start();
    const system = await broker.accept();
    await flow.relay.firstAttempt();
    return { flow, broker, system };
  }

  start(): void {
    this.registryBroadcast?.start();
    this.relay.start();
    this.simpleBroker.start();
  }

  stop(): void {
    this.registryBroadcast?.stop();
    this.relay.stop();
    this.simpleBroker.stop();
  }

  /** A session of STOMP 1.2; its CONNECTED is taken. */
  connect(headers = 'accept-version:1.2\n'): RelayClient {
    const client = this.connectSlowly(headers);
    const [connected = ''] = client.transport.take();
    if (!connected.startsWith('CONNECTED\n')) throw new Error(`Not connected: ${connected}`);
    return client;
  }

  /** A session whose CONNECTED may take some time. */
  connectSlowly(headers = 'accept-version:1.2\n'): RelayClient {
    const transport = new SlowTransport();
    const handshake = { url: '/stomp', headers: {}, remoteAddress: '127.0.0.1' };
    const session = this.handler.open(transport, handshake, [], this.#context);
    this.#sessionIds.push(session.id);
    session.receive(Buffer.from(`CONNECT\n${headers}\n\0`));
    return new RelayClient(transport, (octets) => session.receive(octets));
  }

  /** Of those that have begun, in their order. */
  sessionIds(): readonly string[] {
    return this.#sessionIds;
  }

  /** A client with a subscription as `1`, and the broker's end of its connection. */
  async subscribed(destination: string, headers = ''): Promise<{ client: RelayClient; peer: BrokerPeer }> {
    const client = this.connect();
    client.say(`SUBSCRIBE\nid:1\ndestination:${destination}\n${headers}receipt:s\n\n\0`);
    const peer = await this.broker.accept();
    await peer.confirm();
    const receipt = await client.next();
    if (receipt !== 'RECEIPT\nreceipt-id:s\n\n\0') throw new Error(`Not subscribed: ${receipt}`);
    return { client, peer };
  }

  /** Turns the clock until something is so: what a socket does between two turns of it nobody announces. */
  async advanceUntil(holds: () => boolean, stepMs = 50): Promise<void> {
    for (let step = 0; step < 400 && !holds(); step++) {
      this.clock.advance(stepMs);
      await turnUntil(holds, 5);
    }
  }
}

/** For `afterEach`. */
export function stopRelayFlows(): void {
  for (const flow of open.splice(0)) flow.stop();
}
