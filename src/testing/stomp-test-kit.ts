import type { INestApplication, INestApplicationContext, InjectionToken } from '@nestjs/common';
import type { Principal } from '../messaging/principal.js';
import { STOMP_CLOCK } from '../module/stomp-clock.js';
import type { StompFlow } from '../module/stomp-flow.js';
import { instancesOf } from '../websocket/instances-of.js';
import { ChannelRecording, type ChannelName } from './channel-recording.js';
import { Patience, turnOfTheEventLoop } from './patience.js';
import { stompFlowOf } from './stomp-flow-of.js';
import { StompTestClient, type StompTestConnect } from './stomp-test-client.js';
import {
  compiled,
  started,
  type TestingModuleBuilderLike,
  type TestingModuleLike,
} from './test-application.js';
import { VirtualClock } from './virtual-clock.js';

/**
 * How a kit treats time.
 *
 * @publicApi
 */
export interface StompTestKitOptions {
  /**
   * How long the kit waits for what a test expects, in milliseconds of real time.
   *
   * @default 1000 ms
   */
  readonly timeoutMs?: number;
}

/**
 * How a kit makes the application.
 *
 * @publicApi
 */
export interface StompTestKitCreateOptions<M extends TestingModuleLike> extends StompTestKitOptions {
  /**
   * Makes the application, e.g. on another platform or with global pipes. The kit starts it.
   *
   * @default `moduleRef.createNestApplication()`
   */
  readonly application?: (moduleRef: M) => INestApplication;
  /** Stops the time of sessions; {@link StompTestKit.clock} turns it. @default false */
  readonly virtualTime?: boolean;
}

/**
 * A connection as the handshake would have made it.
 *
 * @publicApi
 */
export interface StompTestHandshake {
  /** Whom the handshake has named. @default nobody */
  readonly user?: Principal;
  /** Values of the session. */
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** The request target. @default the path of the first endpoint */
  readonly url?: string;
  /** The request's headers, names in lower case. */
  readonly requestHeaders?: Readonly<Record<string, string>>;
}

/**
 * How a client connects: its handshake and its CONNECT.
 *
 * @publicApi
 */
export interface StompTestConnectOptions extends StompTestConnect, Omit<StompTestHandshake, 'user'> {}

/**
 * Speaks STOMP with an application without a port or a socket.
 *
 * ```ts
 * const stomp = await StompTestKit.create(Test.createTestingModule({ imports: [AppModule] }));
 * const joe = await stomp.connectAs('joe');
 * const prices = await joe.subscribe('/topic/prices');
 * await joe.send('/app/price', { ticker: 'NEST' });
 * expect((await prices.expectMessage()).json()).toEqual({ ticker: 'NEST', price: 40 });
 * await stomp.close();
 * ```
 *
 * Everything behind the handshake is the application's own: decoder, session, interceptors, handlers with their guards
 * and pipes, broker, encoder. The handshake itself (HTTP, origins, WebSocket) does not take place.
 *
 * @publicApi
 */
export class StompTestKit {
  readonly #flow: StompFlow;
  readonly #patience: Patience;
  readonly #clients: StompTestClient[] = [];
  readonly #isOwner: boolean;

  private constructor(
    /** The application. */
    readonly app: INestApplicationContext,
    { timeoutMs }: StompTestKitOptions,
    isOwner: boolean,
  ) {
    this.#flow = stompFlowOf(app);
    this.#patience = new Patience(timeoutMs);
    this.#isOwner = isOwner;
  }

  /**
   * Makes and starts an application that listens nowhere.
   *
   * @param source `Test.createTestingModule({ … })` with overrides as you like, compiled or not
   * @throws Error when there is no `StompModule`, or when the application does not start
   */
  static async create<M extends TestingModuleLike>(
    source: M | TestingModuleBuilderLike<M>,
    options: StompTestKitCreateOptions<M> = {},
  ): Promise<StompTestKit> {
    const moduleRef = await compiled(source, options.virtualTime ?? false);
    const app = options.application?.(moduleRef) ?? moduleRef.createNestApplication();
    return new StompTestKit(await started(app), options, true);
  }

  /**
   * Speaks with an application that somebody else starts and closes; one without HTTP will do.
   *
   * @throws Error when there is no `StompModule`
   */
  static of(app: INestApplicationContext, options: StompTestKitOptions = {}): StompTestKit {
    return new StompTestKit(app, options, false);
  }

  /**
   * Turns the time of sessions.
   *
   * @throws Error when the kit was not made with `virtualTime`
   */
  get clock(): VirtualClock {
    const [clock] = instancesOf<unknown>(this.app, STOMP_CLOCK);
    if (clock instanceof VirtualClock) return clock;
    throw new Error(
      'This kit lives in real time. Make it with StompTestKit.create(…, { virtualTime: true }).',
    );
  }

  /** A provider of the application, whichever module has it. */
  get<T>(token: InjectionToken<T>): T {
    return this.app.get<T>(token, { strict: false });
  }

  /** A client that nobody has named. @throws Error when CONNECT is refused, or the application takes no clients */
  connect(options: StompTestConnectOptions = {}): Promise<StompTestClient> {
    return this.#connect(options);
  }

  /**
   * A client whom the handshake has named, as a middleware that reads a cookie would. No password is asked for.
   *
   * @throws Error when CONNECT is refused, or the application takes no clients
   */
  connectAs(user: string | Principal, options: StompTestConnectOptions = {}): Promise<StompTestClient> {
    return this.#connect({ ...options, user: typeof user === 'string' ? { name: user } : user });
  }

  /** A connection on which nothing has been said. @throws Error when the application takes no clients */
  open(handshake: StompTestHandshake = {}): StompTestClient {
    const { user, attributes = {}, requestHeaders = {} } = handshake;
    const url = handshake.url ?? this.#flow.settings.endpoints[0]?.path ?? '/';
    const info = { url, headers: requestHeaders, remoteAddress: '127.0.0.1', user };
    const client = new StompTestClient(user?.name ?? 'anonymous', {
      patience: this.#patience,
      settled: () => this.settled(),
      accept: (transport) => {
        const session = this.#flow.accept(transport, info, Object.entries(attributes));
        if (user !== undefined) this.#flow.trust(session);
        return session;
      },
    });
    this.#clients.push(client);
    return client;
  }

  /**
   * Resolved when everything that the clients of this kit have sent so far is handled, and what followed from it has
   * reached them. What a handler leaves behind (a timer, a request that it does not await) is not waited for.
   *
   * @throws Error when that takes too long
   */
  async settled(): Promise<void> {
    const deadline = this.#patience.deadline();
    const explain = (): string =>
      `The application is still busy after ${this.#patience.ms} ms. ` +
      'A handler or an interceptor does not finish; raise timeoutMs if it needs longer.';
    for (;;) {
      const busy = this.#clients.map((client) => client.whenIdle()).filter((idle) => idle !== undefined);
      const work = Promise.all(busy).then(turnOfTheEventLoop);
      await this.#patience.wait(work, explain, deadline);
      if (busy.length === 0 && this.#messagesUnderWay === 0) return;
    }
  }

  /** Records what passes on a channel from now on. */
  record(channel: ChannelName): ChannelRecording {
    return new ChannelRecording(this.#flow, channel, this.#patience);
  }

  /** Drops every client of this kit, and closes the application if the kit has made it. */
  async close(): Promise<void> {
    // A handler that does not finish has been reported by whoever waited for it; here it must not keep anything open.
    await Promise.allSettled(this.#clients.map((client) => client.drop()));
    if (!this.#isOwner) return;
    this.#flow.hurry();
    await this.app.close();
  }

  get #messagesUnderWay(): number {
    return this.#flow.brokerChannel.pendingKeys + this.#flow.clientOutboundChannel.pendingKeys;
  }

  async #connect(options: StompTestConnectOptions & StompTestHandshake): Promise<StompTestClient> {
    const client = this.open(options);
    await client.connect(options);
    return client;
  }
}
