import { ann, joe } from '../client.js';
import { scenariosFor, type Area, type Step } from '../scenario.js';

const intercepted = scenariosFor('interceptors');

export const INTERCEPTORS: Area = {
  name: 'ChannelInterceptor',
  scenarios: [
    intercepted('CONNECT whose user it names', joe.connects({ headers: 'token:joe\n' })),
    intercepted('the user it named is that of later messages', [
      ...joe.connects({ headers: 'token:joe\n' }),
      ...joe.subscribes('s', '/topic/**'),
      joe.publishes('/app/args/principal', 'hi'),
    ]),
    intercepted('the user it named has user destinations', [
      ...joe.connects({ headers: 'token:joe\n' }),
      ...joe.subscribes('s', '/user/queue/reply'),
      joe.publishes('/app/user-reply/named', 'hi'),
    ]),
    intercepted(
      'the user it named comes before that of the handshake',
      joe.connects({ user: 'ann', headers: 'token:joe\n' }),
    ),
    intercepted('CONNECT that it vetoes', [
      joe.opens(),
      joe.sends('CONNECT\naccept-version:1.2\nintercept:veto\n\n\0'),
      joe.settles(),
    ]),
    intercepted('CONNECT that it refuses with a text', [
      joe.opens(),
      joe.sends('CONNECT\naccept-version:1.2\nintercept:refuse\n\n\0'),
      joe.isClosed(),
    ]),
    intercepted('CONNECT that it refuses with an error of its own', [
      joe.opens(),
      joe.sends('CONNECT\naccept-version:1.2\nintercept:throw\n\n\0'),
      joe.isClosed(),
    ]),
    intercepted('SEND that it vetoes', [
      ...joe.connects(),
      ...joe.subscribes('s', '/topic/a'),
      joe.publishes('/topic/a', 'hi', 'intercept:veto\n'),
    ]),
    intercepted('SEND that it refuses with a text', [
      ...joe.connects(),
      joe.publishes('/topic/a', 'hi', 'intercept:refuse\n'),
      joe.isClosed(),
    ]),
    intercepted('SEND that it refuses with an error of its own', [
      ...joe.connects(),
      joe.publishes('/topic/a', 'hi', 'intercept:throw\n'),
      joe.isClosed(),
    ]),
    intercepted('SEND with a receipt that it refuses', [
      ...joe.connects(),
      joe.publishes('/topic/a', 'hi', 'intercept:refuse\nreceipt:r-1\n'),
      joe.isClosed(),
    ]),
    intercepted('SUBSCRIBE that it refuses', [
      ...joe.connects(),
      joe.sends('SUBSCRIBE\nid:s\ndestination:/topic/a\nintercept:refuse\n\n\0'),
      joe.isClosed(),
    ]),
    intercepted('SUBSCRIBE that it vetoes', [
      ...joe.connects(),
      ...joe.subscribes('s', '/topic/a', 'intercept:veto\n'),
      joe.publishes('/topic/a', 'hi'),
    ]),
    intercepted('UNSUBSCRIBE that it vetoes', [
      ...joe.connects(),
      ...joe.subscribes('s', '/topic/a'),
      joe.sends('UNSUBSCRIBE\nid:s\nintercept:veto\n\n\0'),
      joe.settles(),
      joe.publishes('/topic/a', 'hi'),
    ]),
    intercepted('SEND that it sends elsewhere', [
      ...joe.connects(),
      ...joe.subscribes('s', '/topic/redirected'),
      joe.publishes('/topic/a', 'hi', 'intercept:redirect\n'),
    ]),
    intercepted('SEND that it gives a header', [
      ...joe.connects(),
      ...joe.subscribes('s', '/topic/a'),
      joe.publishes('/topic/a', 'hi', 'intercept:mark\n'),
    ]),
    intercepted('a message to a client that it keeps back', [
      ...joe.connects(),
      ...joe.subscribes('s', '/topic/silenced'),
      joe.publishes('/topic/silenced', 'hi'),
    ]),
    intercepted('a message to a client that it gives a header', [
      ...joe.connects(),
      ...joe.subscribes('s', '/topic/marked'),
      joe.publishes('/topic/marked', 'hi'),
    ]),
    intercepted('a frame that cannot be read, where errors are handled', [
      ...joe.connects(),
      joe.sends('NONSENSE\nreceipt:r-1\n\n\0'),
      joe.isClosed(),
    ]),
  ],
};

const secured = scenariosFor('security');

const reading = (destination: string, roles?: string): Step[] => [
  ...joe.connects({ user: 'joe', ...(roles === undefined ? {} : { roles }) }),
  ...joe.subscribes('s', destination),
];

/** What may be read arrives: a method publishes it, as clients may not. */
const getting = (destination: string, roles?: string): Step[] => [
  ...reading(destination, roles),
  joe.publishes('/app/template/text', 'news', `to:${destination}\n`),
];

const asking = (destination: string, roles?: string): Step[] => [
  ...joe.connects({ user: 'joe', ...(roles === undefined ? {} : { roles }) }),
  ...joe.subscribes('q', '/user/queue/reply'),
  joe.publishes(destination, 'hi'),
];

export const SECURITY: Area = {
  name: 'Authorization rules',
  scenarios: [
    secured('CONNECT that is permitted to all', joe.connects()),
    secured('a subscription that is permitted to all', [
      ...joe.connects(),
      ...joe.subscribes('s', '/topic/public/a'),
      ...ann.connects({ user: 'ann' }),
      ann.publishes('/app/template/text', 'news', 'to:/topic/public/a\n'),
      ann.settles(),
    ]),
    secured('a subscription that takes a user, with one', getting('/topic/news')),
    secured('a subscription that takes a user, without', [
      ...joe.connects(),
      ...joe.subscribes('s', '/topic/news'),
    ]),
    secured('a subscription that takes a role, with it', getting('/topic/secret/a', 'ADMIN')),
    secured('a subscription that takes a role, without', reading('/topic/secret/a')),
    secured('a rule that asks for a variable, which fits', getting('/topic/of/joe')),
    secured('a rule that asks for a variable, which does not fit', reading('/topic/of/ann')),
    secured('a queue of the user', reading('/user/queue/reply')),
    secured('a queue that no rule is about', reading('/queue/a')),
    secured('SEND that takes a role, with it', asking('/app/admin/task', 'ADMIN')),
    secured('SEND that takes a role, without', asking('/app/admin/task', 'CLERK')),
    secured('SEND that takes one of two roles', asking('/app/staff/task', 'CLERK')),
    secured('SEND that takes a user, with one', asking('/app/member')),
    secured('SEND that takes a user, without', [...joe.connects(), joe.publishes('/app/member', 'hi')]),
    secured('SEND that is denied to all', asking('/topic/news', 'ADMIN')),
    secured('SEND to a user that no rule is about', asking('/user/ann/queue/chat', 'ADMIN')),
    secured('a rule about SEND and SUBSCRIBE, for SUBSCRIBE', reading('/app/admin/snapshot', 'ADMIN')),
    secured(
      'a rule about SEND and SUBSCRIBE, for SUBSCRIBE, without the role',
      reading('/app/admin/snapshot'),
    ),
    secured('what is for guests only, as a guest', [...joe.connects(), ...joe.subscribes('s', '/app/guest')]),
    secured('what is for guests only, as a user', reading('/app/guest')),
    secured('UNSUBSCRIBE', [
      ...reading('/topic/news'),
      ...joe.unsubscribes('s'),
      joe.publishes('/app/template/text', 'news', 'to:/topic/news\n'),
    ]),
    secured('SEND with two slashes, past the rule for a role', asking('/app/admin//task')),
    secured('a heart-beat', [...joe.connects(), joe.sends('\n')]),
    secured('DISCONNECT', [...joe.connects(), joe.sends('DISCONNECT\nreceipt:bye\n\n\0'), joe.awaits(1)]),
    secured('a refusal with a receipt', [
      ...joe.connects(),
      joe.publishes('/app/member', 'hi', 'receipt:r-1\n'),
      joe.isClosed(),
    ]),
    secured('a wildcard over what takes a role', reading('/topic/**')),
  ],
};

const dotted = scenariosFor('dots');

const dots = (destination: string, subscription = '/topic/**'): Step[] => [
  ...joe.connects({ user: 'joe' }),
  ...joe.subscribes('s', subscription),
  joe.publishes(destination, 'hi'),
];

export const DOTS: Area = {
  name: 'Dots as separators',
  scenarios: [
    dotted('the result goes to /topic/ and its path', dots('/app/dot.echo', '/topic/dot.echo')),
    dotted('a variable', dots('/app/dot.of.joe', '/topic/dot.of.joe')),
    dotted('** for several segments', dots('/app/dot.deep.a.b', '/topic/dot.deep.a.b')),
    dotted('a mapping with slashes is not meant', dots('/app/dot/echo', '/topic/dot/echo')),
    dotted('a subscription to a method', [...joe.connects(), ...joe.subscribes('s', '/app/dot.init')]),
    dotted('a variable does not take two segments', dots('/app/dot.of.a.b')),
    dotted('a subscription with a variable', dots('/topic/price.a', '/topic/price.{x}')),
    dotted('* takes one segment', dots('/topic/price.a', '/topic/price.*')),
    dotted('* does not take two segments', dots('/topic/price.a.b', '/topic/price.*')),
    dotted('** takes several segments', dots('/topic/price.a.b', '/topic/price.**')),
    dotted('* does not stop at slashes', dots('/topic/price.a/b', '/topic/price.*')),
    dotted('a user destination', [
      ...joe.connects({ user: 'joe' }),
      ...joe.subscribes('s', '/user/queue/chat.a'),
      joe.publishes('/user/joe/queue/chat.a', 'hi'),
    ]),
  ],
};

const prefixed = scenariosFor('prefixes');

const prefixes = (subscription: string, destination: string): Step[] => [
  ...joe.connects({ user: 'joe' }),
  ...joe.subscribes('s', subscription),
  joe.publishes(destination, 'hi'),
];

export const PREFIXES: Area = {
  name: 'Prefixes',
  scenarios: [
    prefixed('the first prefix of the application', [
      ...joe.connects({ user: 'joe' }),
      ...joe.subscribes('s', '/events/a'),
      joe.publishes('/app/template/text', 'hi', 'to:/events/a\n'),
    ]),
    prefixed('the second prefix of the application', [
      ...joe.connects(),
      ...joe.subscribes('s', '/api/init'),
    ]),
    prefixed('another prefix of the broker', prefixes('/events/a', '/events/a')),
    prefixed('what was a prefix of the broker', prefixes('/topic/a', '/topic/a')),
    prefixed('another prefix of users', prefixes('/me/queue/reply', '/app/user-reply/named')),
    prefixed('what was the prefix of users', prefixes('/user/queue/reply', '/app/user-reply/named')),
    prefixed('SEND to a user by another prefix', prefixes('/me/queue/chat', '/me/joe/queue/chat')),
    prefixed(
      'a result of the second prefix goes to /topic, where nobody listens',
      prefixes('/events/**', '/api/echo'),
    ),
  ],
};

const selecting = scenariosFor('selectors');

const selected = (selector: string, headers: string): Step[] => [
  ...joe.connects(),
  ...joe.subscribes('s', '/topic/a', `selector:${selector}\n`),
  joe.publishes('/topic/a', 'hi', headers),
];

export const SELECTORS: Area = {
  name: 'Selectors',
  scenarios: [
    selecting('a header that fits', selected("headers.kind == 'x'", 'kind:x\n')),
    selecting('a header that does not fit', selected("headers.kind == 'x'", 'kind:y\n')),
    selecting('a header that is missing', selected("headers.kind == 'x'", '')),
    selecting('not equal', selected("headers.kind != 'x'", 'kind:y\n')),
    selecting('two conditions', selected("headers.kind == 'x' and headers.size == '1'", 'kind:x\nsize:1\n')),
    selecting('either of two conditions', selected("headers.kind == 'x' or headers.kind == 'y'", 'kind:y\n')),
    selecting('the destination', selected("headers.destination == '/topic/a'", '')),
    selecting('an expression that cannot be read', selected('headers.kind ==', 'kind:x\n')),
    selecting(
      'an expression that would run code',
      selected('T(java.lang.Runtime).getRuntime() == null', 'kind:x\n'),
    ),
    selecting('no selector at all', [
      ...joe.connects(),
      ...joe.subscribes('s', '/topic/a'),
      joe.publishes('/topic/a', 'hi', 'kind:y\n'),
    ]),
  ],
};

const beating = scenariosFor('heartbeats');
const racing = scenariosFor('fast-heartbeats');

const beats = (heartBeat: string): Step[] => [
  joe.opens(),
  joe.sends(`CONNECT\naccept-version:1.2\nheart-beat:${heartBeat}\n\n\0`),
  joe.awaits(1),
];

export const HEART_BEATS: Area = {
  name: 'Heart-beats',
  scenarios: [
    beating('a client without', beats('0,0')),
    beating('a client with the same', beats('10000,10000')),
    beating('a client with slower ones', beats('20000,30000')),
    beating('a client with faster ones', beats('1000,1000')),
    beating('a client that says nothing of them', [
      joe.opens(),
      joe.sends('CONNECT\naccept-version:1.2\n\n\0'),
      joe.awaits(1),
    ]),
    racing('a client that wants them gets them', [...beats('0,100'), joe.awaits(2)]),
    racing('a client that promised them and is silent', [...beats('100,0'), joe.isClosed()]),
    racing('a client that promised none may be silent', [
      ...beats('0,0'),
      // Longer than any heart-beat: another client has come and gone for want of one.
      ann.opens(),
      ann.sends('CONNECT\naccept-version:1.2\nheart-beat:100,0\n\n\0'),
      ann.isClosed(),
      joe.publishes('/topic/a', 'still here', ''),
    ]),
  ],
};

const shaken = scenariosFor('default');

const UPGRADE = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

const upgrade = (target: string, headers: Record<string, string> = {}): Step => ({
  does: 'request',
  method: 'GET',
  target,
  headers: { ...UPGRADE, ...headers },
});

const plain = (method: string, target: string, headers: Record<string, string> = {}): Step => ({
  does: 'request',
  method,
  target,
  headers,
});

export const HANDSHAKES: Area = {
  name: 'Handshakes',
  scenarios: [
    shaken('without a sub-protocol', upgrade('/stomp')),
    shaken('with v12.stomp', upgrade('/stomp', { 'Sec-WebSocket-Protocol': 'v12.stomp' })),
    shaken(
      'with all three, the oldest first',
      upgrade('/stomp', { 'Sec-WebSocket-Protocol': 'v10.stomp, v11.stomp, v12.stomp' }),
    ),
    shaken(
      'with one that nobody knows before one that is known',
      upgrade('/stomp', { 'Sec-WebSocket-Protocol': 'foo, v11.stomp' }),
    ),
    shaken('with one that nobody knows', upgrade('/stomp', { 'Sec-WebSocket-Protocol': 'mqtt' })),
    shaken(
      'with a sub-protocol in capital letters',
      upgrade('/stomp', { 'Sec-WebSocket-Protocol': 'V11.STOMP' }),
    ),
    shaken('a path that does not exist', upgrade('/elsewhere')),
    shaken('a path below the endpoint', upgrade('/stomp/below')),
    shaken('a plain GET', plain('GET', '/stomp')),
    shaken('a POST', plain('POST', '/stomp', { 'Content-Length': '0' })),
    shaken('an upgrade to something else', upgrade('/stomp', { Upgrade: 'h2c' })),
    shaken('version 8', upgrade('/stomp', { 'Sec-WebSocket-Version': '8' })),
    shaken('Connection with a list', upgrade('/stomp', { Connection: 'keep-alive, Upgrade' })),
    shaken('any origin where all are allowed', upgrade('/stomp', { Origin: 'https://evil.example' })),
    shaken(
      'a foreign origin where only the own one is allowed',
      upgrade('/same-origin', { Origin: 'https://evil.example' }),
    ),
    shaken('the origin null where only the own one is allowed', upgrade('/same-origin', { Origin: 'null' })),
    shaken('no origin where only the own one is allowed', upgrade('/same-origin')),
    shaken('the own origin', upgrade('/same-origin', { Host: 'app.example', Origin: 'http://app.example' })),
    shaken('an origin on the list', upgrade('/listed', { Origin: 'https://allowed.example' })),
    shaken(
      'an origin on the list, in capital letters',
      upgrade('/listed', { Origin: 'https://ALLOWED.example' }),
    ),
    shaken(
      'an origin on the list, with another port',
      upgrade('/listed', { Origin: 'https://allowed.example:8443' }),
    ),
    shaken(
      'an origin on the list, with another scheme',
      upgrade('/listed', { Origin: 'http://allowed.example' }),
    ),
    shaken('an origin that is not on the list', upgrade('/listed', { Origin: 'https://evil.example' })),
    shaken('a plain GET from a foreign origin', plain('GET', '/listed', { Origin: 'https://evil.example' })),
    shaken('an interceptor that lets pass', upgrade('/intercepted')),
    shaken('an interceptor that refuses', upgrade('/intercepted?refuse')),
  ],
};
