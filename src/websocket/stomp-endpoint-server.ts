import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type Server as WsServer, type ServerOptions } from 'ws';
import type { MessagingLogger } from '../messaging/messaging-logger.js';
import { quoteForLog } from '../messaging/quoted-text.js';
import { SessionDrain, type DrainSettings } from '../session/session-drain.js';
import { CloseCode, SessionError } from '../session/session-error.js';
import type { StompSession } from '../session/stomp-session.js';
import type { StompSessionContext } from '../session/stomp-session-context.js';
import type { StompSubProtocolHandler } from '../session/stomp-sub-protocol-handler.js';
import { Admission, type AdmissionLimits } from './admission.js';
import type { AllowedOrigins } from './allowed-origins.js';
import { refusal, refuseRequest, refuseUpgrade, type HandshakeRefusal } from './handshake-refusal.js';
import { refusalOf } from './handshake.js';
import { HandshakeInterceptorChain } from './handshake-interceptor-chain.js';
import type { HandshakeInterceptor } from './handshake-interceptor.js';
import { tapHttpServer } from './http-server-tap.js';
import { KeepAlive } from './keep-alive.js';
import { OverflowMonitor } from './overflow-monitor.js';
import { PendingHandshakes } from './pending-handshakes.js';
import { PingReplies } from './ping-replies.js';
import { requestPath } from './request-path.js';
import { StompServer } from './stomp-server.js';
import { StompWebSocket } from './stomp-web-socket.js';
import { selectSubProtocol } from './sub-protocol.js';
import type { SendLimits } from './send-limits.js';
import { UpgradeHandshake } from './upgrade-handshake.js';
import { WebSocketTransport } from './web-socket-transport.js';
import { WriteBatch } from './write-batch.js';

/** Where clients connect. */
export interface StompEndpoint extends AllowedOrigins {
  /** The exact path of the endpoint; a query is ignored. */
  readonly path: string;
  /** Asked in this order, once the origin and the handshake itself are in order. */
  readonly handshakeInterceptors?: readonly HandshakeInterceptor[];
}

/** How sockets are served. */
export interface EndpointSettings extends SendLimits, AdmissionLimits {
  readonly endpoints: readonly StompEndpoint[];
  /** The largest WebSocket message; a STOMP frame may span several. */
  readonly maxPayloadBytes: number;
  readonly drain: DrainSettings;
  /** Milliseconds of silence after which a client is pinged; 0 is never. */
  readonly pingInterval: number;
}

/** The code of a client that does not read what it is sent. */
const SLOW_CONSUMER = 'STOMP_ERR_SLOW_CONSUMER';

/** The code of a client that has vanished. */
const PEER_LOST = 'STOMP_ERR_PING_TIMEOUT';

/** How long a peer may take to answer a close frame before its socket is destroyed. */
const CLOSE_TIMEOUT_MS = 5_000;

/** How long the application may take over the ends of its sessions before it is closed all the same. */
const FAREWELL_TIMEOUT_MS = 10_000;

/** The reasons for which `ws` ends a connection by itself (RFC 6455, section 7.4.1). */
const WS_FAILURES: Readonly<Record<number, string>> = {
  [CloseCode.PROTOCOL_ERROR]: 'The WebSocket frame is malformed',
  1007: 'A text message is not UTF-8',
  [CloseCode.POLICY_VIOLATION]: 'The WebSocket message has too many fragments',
  [CloseCode.MESSAGE_TOO_BIG]: 'The WebSocket message is too big',
};

/**
 * The STOMP endpoints of an application on its HTTP server: handshakes, sockets, and a session for each.
 */
export class StompEndpointServer extends StompServer {
  readonly #endpoints: ReadonlyMap<string, StompEndpoint>;
  readonly #webSockets: WsServer<typeof StompWebSocket>;
  readonly #batch = new WriteBatch();
  readonly #pending: PendingHandshakes;
  readonly #admission: Admission;
  readonly #drain: SessionDrain;
  readonly #overflow: OverflowMonitor;
  #closed: Promise<void> | undefined;
  #server: Server | undefined;
  #release: (() => void) | undefined;
  #isOpen = false;

  constructor(
    private readonly settings: EndpointSettings,
    private readonly handler: StompSubProtocolHandler,
    private readonly session: StompSessionContext,
    private readonly logger: MessagingLogger,
  ) {
    super();
    this.#endpoints = new Map(settings.endpoints.map((endpoint) => [endpoint.path, endpoint]));
    const options: ServerOptions<typeof StompWebSocket> & { readonly closeTimeout: number } = {
      noServer: true,
      WebSocket: StompWebSocket,
      handleProtocols: selectSubProtocol,
      // `ws` keeps it in 32 bits: a larger limit would wrap around to a small one, or to none.
      maxPayload: Math.min(settings.maxPayloadBytes, 0x7fffffff),
      perMessageDeflate: false,
      autoPong: false,
      closeTimeout: CLOSE_TIMEOUT_MS,
    };
    this.#webSockets = new WebSocketServer(options);
    this.#pending = new PendingHandshakes(session.wheel, logger);
    this.#drain = new SessionDrain(session.wheel, settings.drain);
    this.#overflow = new OverflowMonitor(() => session.wheel.now(), logger);
    this.#admission = new Admission(settings, () => session.wheel.now(), logger);
  }

  get paths(): readonly string[] {
    return [...this.#endpoints.keys()];
  }

  /** Sockets that are open or closing. */
  get socketCount(): number {
    return this.#webSockets.clients.size;
  }

  /** Clients that wait for the endpoint's handshake interceptors. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Octets that wait in this process for all clients together: not yet taken by the sockets. */
  get bufferedBytes(): number {
    let bytes = this.#batch.heldBytes;
    for (const client of this.#webSockets.clients) bytes += client.bufferedAmount;
    return bytes;
  }

  /** Whether there is an HTTP server to serve the endpoints on. */
  get isAttached(): boolean {
    return this.#server !== undefined;
  }

  /**
   * Takes the endpoints' paths on an HTTP server that somebody else opens and closes. Clients are asked to come
   * back later until {@link open}.
   */
  attach(server: Server): void {
    this.#release?.();
    this.#server = server;
    this.#release = tapHttpServer(server, {
      owns: (target) => this.#endpoints.has(requestPath(target)),
      onRequest: (request, response) => this.#refusePlain(request, response),
      onUpgrade: (request, socket, head) => this.#upgrade(request, socket, head),
    });
  }

  /** Lets clients in: the application has bootstrapped. */
  open(): void {
    this.#isOpen = true;
  }

  get messagesLeftOut(): number {
    return this.#overflow.leftOut;
  }

  get isDraining(): boolean {
    return this.#drain.hasBegun;
  }

  /**
   * Takes no more clients, ends the sessions that are there, and waits until their sockets are gone and the
   * application has finished with their ends. The first call begins that; another one hurries it.
   */
  close(): Promise<void> {
    if (this.#closed !== undefined) this.hurry();
    return (this.#closed ??= this.#close());
  }

  hurry(): void {
    this.#drain.hurry();
  }

  async #close(): Promise<void> {
    this.#isOpen = false;
    this.#pending.refuseAll(NOT_OPEN);
    const ended = this.handler.drain(this.#drain);
    await Promise.all(
      [...this.#webSockets.clients].map((client) => {
        return new Promise((resolve) => client.once('close', resolve));
      }),
    );
    const patience = new Promise<void>((resolve) =>
      this.session.wheel.schedule(FAREWELL_TIMEOUT_MS, resolve),
    );
    await Promise.race([ended, patience]);
    this.#release?.();
    this.#release = undefined;
  }

  #refusePlain(request: IncomingMessage, response: ServerResponse): void {
    const refused = this.#refusalOf(request) ?? NOT_AN_UPGRADE;
    this.#logRefusal(request, refused);
    refuseRequest(response, refused);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refused = this.#refusalOf(request) ?? this.#admission.admit(socket, request.socket.remoteAddress);
    if (refused !== undefined) {
      this.#logRefusal(request, refused);
      refuseUpgrade(socket, refused);
      return;
    }
    const handshake = new UpgradeHandshake(request);
    const { path } = handshake;
    const upgrade = (): boolean => this.#accept(handshake, socket, head);
    const refuse = (refused: HandshakeRefusal): void => {
      this.session.counters.handshakesRefused.add(String(refused.status));
      const reason = quoteForLog(refused.reason);
      this.logger.debug(`Handshake on ${path} refused with ${refused.status} by its interceptors: ${reason}`);
      refuseUpgrade(socket, refused);
    };
    const interceptors = this.#endpoints.get(path)?.handshakeInterceptors ?? [];
    if (interceptors.length === 0) upgrade();
    else {
      const chain = new HandshakeInterceptorChain(interceptors, handshake, this.logger);
      this.#pending.begin(socket, chain, { upgrade, refuse });
    }
  }

  #accept(handshake: UpgradeHandshake, socket: Duplex, head: Buffer): boolean {
    let isAccepted = false;
    this.#webSockets.handleUpgrade(handshake.request, socket, head, (webSocket) => {
      isAccepted = true;
      this.#open(webSocket, socket, handshake);
    });
    return isAccepted;
  }

  #open(webSocket: StompWebSocket, socket: Duplex, handshake: UpgradeHandshake): void {
    const { wheel, counters } = this.session;
    counters.handshakesAccepted++;
    const transport = new WebSocketTransport(
      webSocket,
      socket,
      this.#batch,
      wheel,
      this.settings,
      (reason) => {
        this.logger.warn(`Session ${session.id} ended. ${SLOW_CONSUMER}, ${reason}`);
        session.close(CloseCode.SESSION_NOT_RELIABLE, reason, SLOW_CONSUMER);
      },
      (count) => {
        counters.deliveriesDropped += count;
        tellLeftOut(count);
      },
    );
    const session = this.handler.open(transport, handshake.info(), handshake.attributes, this.session);
    const tellLeftOut = this.#overflow.ofSession(session.id);
    webSocket.beforeClose = (code) => {
      const failure = code === undefined ? undefined : WS_FAILURES[code];
      if (failure !== undefined)
        session.transportFailed(new SessionError('STOMP_ERR_WEBSOCKET', failure, code));
      transport.flush();
    };
    // Before `ws`, which answers the end of the socket by ending it too.
    socket.prependListener('end', () => transport.flush());
    const keepAlive = this.#keepAlive(webSocket, socket, session);
    // Made with the first ping or pong: browsers send none.
    let replies: PingReplies | undefined;
    const newReplies = (): PingReplies =>
      new PingReplies(
        webSocket,
        () => wheel.now(),
        () => session.transportFailed(SessionError.pingFlood()),
      );
    webSocket.on('message', (data: RawData) => {
      keepAlive?.heard();
      session.receive(data as Buffer);
    });
    webSocket.on('ping', (data) => {
      keepAlive?.heard();
      (replies ??= newReplies()).ping(data);
    });
    webSocket.on('pong', () => {
      keepAlive?.heard();
      (replies ??= newReplies()).pong();
    });
    webSocket.on('close', (code, reason) => {
      keepAlive?.stop();
      transport.closed();
      session.transportClosed({ code, reason: reason.toString() });
    });
    // What goes wrong with a socket ends in its close event; without a listener it would end the process.
    webSocket.on('error', (error) => this.logger.debug(`Session ${session.id}: ${error.message}`));
  }

  #keepAlive(
    webSocket: StompWebSocket,
    socket: Duplex & { readonly bytesRead?: number },
    session: StompSession,
  ): KeepAlive | undefined {
    const { pingInterval } = this.settings;
    const { wheel, frameTimeLimitMs } = this.session;
    if (pingInterval === 0) return undefined;
    return new KeepAlive(wheel, pingInterval, frameTimeLimitMs, {
      bytesRead: () => socket.bytesRead ?? 0,
      unfinished: () => session.transportFailed(SessionError.frameTimeout(frameTimeLimitMs)),
      isAnswerable: () => !webSocket.isPaused && socket.writableLength === 0,
      ping: () => webSocket.ping(),
      lost: () => {
        this.logger.warn(
          `Session ${session.id} ended. ${PEER_LOST}, no answer to a WebSocket ping within ${pingInterval} ms`,
        );
        session.transportClosed(undefined, PEER_LOST);
        webSocket.terminate();
      },
    });
  }

  #refusalOf(request: IncomingMessage): HandshakeRefusal | undefined {
    const path = requestPath(request.url ?? '');
    return refusalOf(request, this.#endpoints.get(path) ?? { path }) ?? (this.#isOpen ? undefined : NOT_OPEN);
  }

  #logRefusal(request: IncomingMessage, { status, reason }: HandshakeRefusal): void {
    this.session.counters.handshakesRefused.add(String(status));
    const path = requestPath(request.url ?? '').slice(0, 100);
    const origin = quoteForLog(request.headers.origin ?? '');
    if (status === 403) {
      this.logger.warn(
        `Origin ${origin} may not open ${path}. List it under allowedOrigins of that endpoint.`,
      );
    } else this.logger.debug(`Handshake on ${path} refused with ${status}: ${reason}`);
  }
}

const NOT_OPEN = refusal(503, 'The application is starting or stopping', { 'Retry-After': '1' });

/** Reached when the request could be upgraded but Node did not hand it over as an upgrade. */
const NOT_AN_UPGRADE = refusal(400, 'The request cannot be upgraded');
