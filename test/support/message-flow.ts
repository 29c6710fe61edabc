import { DefaultSubscriptionRegistry } from '../../src/broker/default-subscription-registry.js';
import { DEFAULT_ACKNOWLEDGEMENT_SETTINGS } from '../../src/broker/acknowledgement-settings.js';
import { SimpleBroker } from '../../src/broker/simple-broker.js';
import type { SimpleBrokerSettings } from '../../src/broker/simple-broker-settings.js';
import type { SubscriptionRegistry } from '../../src/broker/subscription-registry.js';
import { ClientOutboundChannel } from '../../src/messaging/client-outbound-channel.js';
import { defaultMessageConverter } from '../../src/messaging/composite-message-converter.js';
import type { Message } from '../../src/messaging/message.js';
import type { MaybePromise } from '../../src/messaging/maybe-promise.js';
import { SimpMessagingTemplate } from '../../src/messaging/simp-messaging-template.js';
import { SubscribableChannel } from '../../src/messaging/subscribable-channel.js';
import { DEFAULT_DECODER_LIMITS } from '../../src/protocol/stomp-decoder-limits.js';
import type { StompSessionContext } from '../../src/session/stomp-session-context.js';
import type { StompSession } from '../../src/session/stomp-session.js';
import { StompSubProtocolHandler } from '../../src/session/stomp-sub-protocol-handler.js';
import { StompCounters } from '../../src/session/stomp-counters.js';
import { StompEventBus } from '../../src/session/stomp-event-bus.js';
import { TimerWheel } from '../../src/session/timer-wheel.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';
import { MemoryTransport } from './memory-transport.js';
import { RecordedLog } from './recorded-log.js';

export interface FlowSetup {
  readonly broker?: Partial<SimpleBrokerSettings>;
  readonly registry?: SubscriptionRegistry;
  readonly session?: Partial<
    Omit<StompSessionContext, 'inbound' | 'wheel' | 'logger' | 'events' | 'counters' | 'messageIds'>
  >;
}

/** A client of a {@link MessageFlow}: its session and the far end of its connection. */
export interface FlowClient {
  readonly session: StompSession;
  readonly transport: MemoryTransport;
  /** Says something as the client would: text, or octets one character each. */
  say(...octets: readonly string[]): void;
}

/**
 * Sessions, channels and the simple broker, wired as the module wires them but without Nest, sockets or real time.
 * The broker serves `/topic` and `/queue`.
 */
export class MessageFlow {
  readonly log = new RecordedLog();
  readonly clock = new VirtualClock();
  readonly wheel = new TimerWheel(this.clock);
  readonly events = new StompEventBus(this.log);
  readonly counters = new StompCounters();
  readonly handler = new StompSubProtocolHandler(this.log, this.counters);
  readonly inbound = new SubscribableChannel('clientInboundChannel', this.log);
  readonly outbound = new ClientOutboundChannel(this.log, this.handler);
  readonly brokerChannel = new SubscribableChannel(
    'brokerChannel',
    this.log,
    ({ headers }) => headers.simpDestination,
  );
  readonly template = new SimpMessagingTemplate(this.brokerChannel, defaultMessageConverter(), this.log);
  readonly broker: SimpleBroker;
  /** What arrived on `clientInboundChannel`, in order. */
  readonly received: Message[] = [];
  readonly #context: StompSessionContext;

  constructor({ broker, registry = new DefaultSubscriptionRegistry(), session }: FlowSetup = {}) {
    this.inbound.subscribe({
      handleMessage: (message) => {
        this.received.push(message);
        return false;
      },
    });
    const settings: SimpleBrokerSettings = {
      destinationPrefixes: ['/topic', '/queue'],
      heartbeat: [0, 0],
      clientSend: 'allow',
      userDestinationPrefix: '/user/',
      pathSeparator: '/',
      queuePrefixes: [],
      acknowledgement: DEFAULT_ACKNOWLEDGEMENT_SETTINGS,
      ...broker,
    };
    this.broker = new SimpleBroker(
      this.inbound,
      this.outbound,
      this.brokerChannel,
      registry,
      settings,
      this.events,
      this.log,
      this.wheel,
      this.counters,
    );
    this.broker.start();
    this.#context = {
      inbound: this.inbound,
      wheel: this.wheel,
      logger: this.log,
      counters: this.counters,
      events: this.events,
      rejections: 'disconnect',
      reportFailure: () => false,
      limits: DEFAULT_DECODER_LIMITS,
      timeToConnectMs: 60_000,
      maxSubscriptions: 100,
      maxSessionsPerUser: 0,
      sessionsOf: () => 0,
      frameTimeLimitMs: 30_000,
      transactionLimits: { transactions: 16, frames: 1024, bytes: 8 * 1024 * 1024 },
      messageIds: this.handler.messageIds,
      preserveReceiveOrder: true,
      ...session,
    };
  }

  /** Types of the messages that arrived on `clientInboundChannel`. */
  get receivedTypes(): string[] {
    return this.received.map(({ headers }) => headers.simpMessageType);
  }

  /** A connection on which nothing has been said. */
  open(attributes: Iterable<readonly [string, unknown]> = []): FlowClient {
    const transport = new MemoryTransport();
    const handshake = { url: '/stomp', headers: {}, remoteAddress: '127.0.0.1' };
    const session = this.handler.open(transport, handshake, attributes, this.#context);
    return {
      session,
      transport,
      say: (...octets) => {
        for (const text of octets) session.receive(Buffer.from(text));
      },
    };
  }

  /** A session; its CONNECTED is taken. */
  connect(headers = 'accept-version:1.2\n'): FlowClient {
    const client = this.open();
    client.say(`CONNECT\n${headers}\n\0`);
    const [connected] = client.transport.take();
    if (!connected.startsWith('CONNECTED\n')) throw new Error(`Not connected: ${connected}`);
    return client;
  }

  /** Adds a subscriber of `clientInboundChannel` for SENDs to `/app/…`. */
  onSend(handle: (destination: string, message: Message) => MaybePromise<void>): void {
    this.inbound.subscribe({
      handleMessage: (message) => {
        const { simpMessageType, simpDestination = '' } = message.headers;
        if (simpMessageType !== 'MESSAGE' || !simpDestination.startsWith('/app/')) return false;
        const handled = handle(simpDestination.slice('/app/'.length), message);
        return handled instanceof Promise ? handled.then(() => true) : true;
      },
    });
  }
}
