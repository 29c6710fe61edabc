import { Client } from '/vendor/stompjs/index.js';
import { tapWebSocket } from './frame-tap.js';

const RECONNECT_DELAY = 2000;
const HEARTBEAT = 10_000;
const CONNECT_TIMEOUT = 10_000;
const GOODBYE_TIMEOUT = 2000;

/**
 * One STOMP connection and what the page wants of it. A `watch` outlives the connection: it is subscribed again after
 * every reconnect, so no panel needs to care.
 */
export class StompConnection {
  #url;
  #events;
  #client;
  #watches = new Set();
  #requests = 0;

  /** `events`: `onFrame(frame)`, `onState(state, detail)`, `onConnected(session)`, `onProblem(text)`. */
  constructor(url, events) {
    this.#url = url;
    this.#events = events;
  }

  get connected() {
    return this.#client?.connected ?? false;
  }

  connect(login) {
    if (this.#client) return;
    const client = new Client({
      webSocketFactory: () =>
        tapWebSocket(new WebSocket(this.#url, client.stompVersions.protocolVersions()), this.#events.onFrame),
      connectHeaders: { login },
      connectionTimeout: CONNECT_TIMEOUT,
      reconnectDelay: RECONNECT_DELAY,
      heartbeatIncoming: HEARTBEAT,
      heartbeatOutgoing: HEARTBEAT,
      onConnect: (frame) => this.#onConnected(frame),
      onStompError: (frame) => this.#onError(frame),
      onWebSocketClose: (event) => this.#onClosed(event),
    });
    this.#client = client;
    this.#events.onState('connecting', '');
    client.activate();
  }

  async disconnect() {
    const client = this.#client;
    if (!client) return;
    // StompJS waits for the RECEIPT of its DISCONNECT; a server that has gone away will never send one.
    const impatience = setTimeout(() => client.deactivate({ force: true }), GOODBYE_TIMEOUT);
    await client.deactivate();
    clearTimeout(impatience);
    this.#ended(client);
  }

  /** `onLive` is told when the server has confirmed the subscription, which costs a `receipt` header and a RECEIPT. */
  watch(destination, onMessage, { onLive } = {}) {
    const watch = { destination, onMessage, onLive, subscription: undefined };
    this.#watches.add(watch);
    if (this.connected) this.#start(watch);
    return {
      stop: () => {
        this.#watches.delete(watch);
        if (this.connected) watch.subscription?.unsubscribe();
      },
    };
  }

  /** Asks an application destination once: SUBSCRIBE is the question, its only MESSAGE the answer. */
  ask(destination, onAnswer) {
    if (!this.connected) return;
    const subscription = this.#client.subscribe(destination, (message) => {
      subscription.unsubscribe();
      onAnswer(message);
    });
  }

  send(destination, body, contentType = 'application/json') {
    if (!this.connected) return;
    this.#client.publish({ destination, body, headers: { 'content-type': contentType } });
  }

  #start(watch) {
    const headers = {};
    if (watch.onLive) {
      headers.receipt = `live-${++this.#requests}`;
      this.#client.watchForReceipt(headers.receipt, watch.onLive);
    }
    watch.subscription = this.#client.subscribe(watch.destination, watch.onMessage, headers);
  }

  #onConnected(frame) {
    this.#events.onState('connected', '');
    for (const watch of this.#watches) this.#start(watch);
    this.#events.onConnected({
      version: frame.headers.version,
      heartbeat: negotiated(frame.headers['heart-beat']),
      user: frame.headers['user-name'],
    });
  }

  #onError(frame) {
    const text = frame.headers.message ?? 'The server sent an ERROR frame without a message.';
    this.#events.onProblem(frame.body ? `${text}\n${frame.body}` : text);
    // An ERROR instead of CONNECTED is a refusal: asking the same again would only be refused again.
    if (!this.connected) void this.disconnect();
  }

  #onClosed(event) {
    const client = this.#client;
    if (client?.active) {
      const reason = event.reason || `code ${event.code}`;
      this.#events.onState(
        'connecting',
        `No connection (${reason}). Trying again every ${RECONNECT_DELAY / 1000} s.`,
      );
    } else {
      this.#ended(client);
    }
  }

  #ended(client) {
    if (!client || this.#client !== client) return;
    this.#client = undefined;
    this.#events.onState('disconnected', '');
  }
}

/** The body as JSON, `undefined` if it is none: a page must survive whatever is broadcast to it. */
export function readJson(message) {
  try {
    return JSON.parse(message.body);
  } catch {
    return undefined;
  }
}

/** What both sides have agreed on, in milliseconds; 0 means none in that direction. */
function negotiated(header = '0,0') {
  const [serverSends, serverWants] = header.split(',').map(Number);
  return {
    out: serverWants > 0 ? Math.max(HEARTBEAT, serverWants) : 0,
    in: serverSends > 0 ? Math.max(HEARTBEAT, serverSends) : 0,
  };
}
