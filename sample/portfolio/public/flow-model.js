import { readJson } from './stomp-connection.js';

/**
 * What the diagram knows: its boxes and what they are for, and which way each kind of frame takes. It shows the flow of
 * DESIGN.md section 2. Nothing here draws.
 */

/**
 * `name` and `caption` stand in the box, `text` explains it, `counter` is the tail of its test id. The channels look
 * different from what stands between them.
 */
export const BOXES = {
  client: {
    name: 'client',
    caption: 'this page',
    counter: 'client',
    text: 'This page, using StompJS. It sends frames over one WebSocket and receives frames on the same one.',
  },
  decoder: {
    name: 'decoder',
    caption: 'bytes → frame',
    counter: 'decoder',
    text: 'Turns the bytes of the WebSocket into STOMP frames, checks them, and passes each on as a message. Heart-beats end here: they only prove that the other side is alive.',
  },
  encoder: {
    name: 'encoder',
    caption: 'frame → bytes',
    counter: 'encoder',
    text: 'Turns outgoing messages into STOMP frames. A broadcast is encoded once, and the same bytes go to every subscriber.',
  },
  inbound: {
    name: 'clientInboundChannel',
    caption: 'what clients send',
    counter: 'inbound',
    channel: true,
    text: 'Everything a client sends passes through here. The destination prefix decides who takes it: /app goes to your methods, /user to the user destinations, /topic to the broker. On the way the authenticator says who a CONNECT is from, the authorization rules refuse what a client may not do, and interceptors can look, change or refuse.',
  },
  outbound: {
    name: 'clientOutboundChannel',
    caption: 'what clients get',
    counter: 'outbound',
    channel: true,
    text: 'Everything that goes to clients passes through here, whoever said it. Interceptors stand here too.',
  },
  greeting: {
    name: 'greeting',
    caption: '/app/greeting',
    counter: 'greeting',
    text: 'A controller method with @MessageMapping. What it returns is broadcast, by convention to the same name under /topic: here to /topic/greeting.',
  },
  chat: {
    name: 'chat',
    caption: '/app/chat/{room}',
    counter: 'chat',
    text: 'The room is a variable in the destination. The answer goes to /topic/chat/{room}, so only the subscribers of that room get it.',
  },
  trade: {
    name: 'trade',
    caption: '/app/trade',
    counter: 'trade',
    text: 'Changes the positions of the user who sent it, then tells that user with @SendToUser and everyone on /topic/trades with @SendTo. A trade that it refuses is told on /user/queue/errors, to the session that asked for it.',
  },
  positions: {
    name: 'positions',
    caption: 'and /app/presence',
    counter: 'positions',
    text: 'Two methods with @SubscribeMapping, /app/positions and /app/presence. They answer a SUBSCRIBE once and directly, without the broker: a request and its reply. The page asks for positions again after each of your trades.',
  },
  users: {
    name: 'user destinations',
    caption: '/user/queue/…',
    counter: 'users',
    text: 'Gives every user destinations of their own. A subscription to /user/queue/x goes on to the broker as this session’s, and what the application sends to a user goes on to all sessions of that user. Either way it travels on through brokerChannel.',
  },
  broker: {
    name: 'SimpleBroker',
    caption: 'who listens to what',
    counter: 'broker',
    text: 'Remembers who subscribed to what. A message for a destination leaves it once for every subscription that matches, patterns such as /topic/price.stock.* included.',
  },
  brokerChannel: {
    name: 'brokerChannel',
    caption: 'what the application says',
    counter: 'broker-channel',
    channel: true,
    text: 'The way from the application to the broker: return values of methods and everything sent with the template.',
  },
  template: {
    name: 'SimpMessagingTemplate',
    caption: 'say it from anywhere',
    counter: 'template',
    text: 'An injectable service. Any provider can broadcast with it, without a message from a client: a timer, a queue, an HTTP controller.',
  },
  ticker: {
    name: 'price ticker',
    caption: 'every second',
    counter: 'ticker',
    text: 'An ordinary provider with a timer. Each second it sends a new price of each ticker through the template.',
  },
  presence: {
    name: 'presence',
    caption: 'comings and goings',
    counter: 'presence',
    text: 'An ordinary provider with an @EventListener. Whenever a session connects or disconnects, it takes the names from SimpUserRegistry and sends them to /topic/presence through the template.',
  },
  http: {
    name: 'POST /greetings',
    caption: 'an HTTP controller',
    counter: 'http',
    text: 'An ordinary Nest controller. It puts the text of the HTTP request on /topic/greeting through the template.',
  },
};

/** Kinds of frames: each has a colour in the style sheet (`--kind-…`) and can be switched off in the legend. */
export const KINDS = {
  send: 'SEND',
  subscribe: 'SUBSCRIBE',
  message: 'MESSAGE',
  price: 'price MESSAGE',
  session: 'CONNECT, RECEIPT',
  beat: 'heart-beat',
  error: 'ERROR',
};

const PRICE = /^\/topic\/price\.stock\./;
const ENTRANCE = ['client', 'decoder', 'inbound'];
const EXIT = ['outbound', 'encoder', 'client'];
const BROADCAST = ['brokerChannel', 'broker', ...EXIT];
/** The channel is passed twice: what is for a user goes back to it, translated. */
const TO_USER = ['brokerChannel', 'users', ...BROADCAST];
const FROM_TEMPLATE = ['template', ...BROADCAST];

export function kindOf(frame) {
  switch (frame.command) {
    case 'HEART-BEAT':
      return 'beat';
    case 'SEND':
      return 'send';
    case 'SUBSCRIBE':
    case 'UNSUBSCRIBE':
      return 'subscribe';
    case 'MESSAGE':
      return PRICE.test(frame.headers.destination) ? 'price' : 'message';
    case 'ERROR':
      return 'error';
    default:
      return 'session';
  }
}

/**
 * The boxes a frame passes, in order. A frame does not say where the server made it, but in this sample its destination
 * does; only a greeting has two origins, and `viaHttp` tells whether this page has asked for it by HTTP.
 */
export function routeOf(frame, { viaHttp = false } = {}) {
  return frame.direction === 'out' ? wayIn(frame) : wayOut(frame, viaHttp);
}

function wayIn({ command, headers }) {
  if (command === 'HEART-BEAT') return ['client', 'decoder'];
  const destination = headers.destination ?? '';
  if (destination.startsWith('/user/')) return [...ENTRANCE, 'users', 'brokerChannel', 'broker'];
  if (!destination.startsWith('/app/')) return [...ENTRANCE, 'broker'];
  const method = methodOf(destination);
  return method ? [...ENTRANCE, method] : ENTRANCE;
}

function wayOut(frame, viaHttp) {
  switch (frame.command) {
    case 'HEART-BEAT':
    case 'ERROR':
      return ['encoder', 'client'];
    case 'MESSAGE':
      return wayOfMessage(frame, viaHttp);
    default:
      return ['broker', ...EXIT];
  }
}

function wayOfMessage(frame, viaHttp) {
  const { destination = '' } = frame.headers;
  if (destination.startsWith('/user/')) return wayToUser(frame);
  if (PRICE.test(destination)) return ['ticker', ...FROM_TEMPLATE];
  if (viaHttp) return ['http', ...FROM_TEMPLATE];
  // The answer to a SUBSCRIBE keeps the destination that was asked.
  if (destination.startsWith('/app/')) return ['positions', ...EXIT];
  if (destination === '/topic/presence') return ['presence', ...FROM_TEMPLATE];
  const method = methodOf(destination);
  return method ? [method, ...BROADCAST] : ['broker', ...EXIT];
}

/** A failure names the frame that failed, and so the method. */
function wayToUser({ headers, body }) {
  if (headers.destination === '/user/queue/position-updates') return ['trade', ...TO_USER];
  const failure = readJson({ body });
  const method = failure?.command === 'SEND' && methodOf(failure.destination);
  return method ? [method, ...TO_USER] : TO_USER;
}

const METHODS = [
  [/^\/(app|topic)\/greeting$/, 'greeting'],
  [/^\/(app|topic)\/chat\//, 'chat'],
  [/^\/app\/trade$|^\/topic\/trades$/, 'trade'],
  [/^\/app\/(positions|presence)$/, 'positions'],
];

const methodOf = (destination) => METHODS.find(([pattern]) => pattern.test(destination))?.[1];

/**
 * Whether `frame` can only be there because `other` was there before. Both are given with the boxes they pass.
 */
export function comesAfter(frame, route, other, otherRoute) {
  if (frame.direction === 'out') return other.command === 'CONNECTED';
  if (other.direction === 'in') return false;
  const { headers } = frame;
  switch (frame.command) {
    case 'CONNECTED':
      return other.command === 'CONNECT';
    case 'RECEIPT':
    case 'ERROR':
      return other.headers.receipt !== undefined && other.headers.receipt === headers['receipt-id'];
    case 'MESSAGE':
      return other.command === 'SUBSCRIBE'
        ? other.headers.id === headers.subscription
        : other.command === 'SEND' && otherRoute.at(-1) === route[0];
    default:
      return false;
  }
}
