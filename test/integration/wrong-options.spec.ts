import { Test } from '@nestjs/testing';
import { describe, expect, it } from '@jest/globals';
import { StompConfigurationError, StompModule, type StompModuleOptions } from 'nestjs-stomp';

/** What the boot of an application with these options fails with. */
async function bootError(options: unknown): Promise<unknown> {
  const stompModule = StompModule.forRootAsync({ useFactory: () => options as StompModuleOptions });
  try {
    await Test.createTestingModule({ imports: [stompModule] }).compile();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** The options of a good module and these. */
function withOptions(options: object): object {
  return { endpoints: [{ path: '/stomp' }], ...options };
}

/** As TypeScript would not let it be, and JavaScript does. */
class SizelessRegistry {
  add(): void {}
  remove(): void {}
  removeSession(): void {}
  find(): readonly never[] {
    return [];
  }
}

/** One that is never asked for a connection. */
const bus = { name: 'a bus', connect: () => Promise.reject(new Error('not asked')) };

const LIST = 'Write a list of non-empty strings.';
const WHOLE = 'Write a whole number from 1 to 2147483647.';
const PATH =
  "Write a path as it stands in a request: it starts with '/', has no query, and is percent-encoded.";
const ORIGIN =
  "Write scheme, host and port, such as 'https://app.example.com:8443'; patterns go to allowedOriginPatterns.";
const HOOKS = 'Give instances with preSend or postSend or afterSendCompletion.';
const INSTANCES =
  'Give instances with beforeHandshake; middlewares go into a MiddlewareHandshakeInterceptor.';

class ClassInterceptor {
  preSend(message: unknown): unknown {
    return message;
  }
}

describe('an option that cannot be fails the boot, and is named with the remedy', () => {
  it.each<[string, string, object, string]>([
    ['endpoints', 'undefined', { endpoints: undefined }, 'Name at least one, such as endpoints:'],
    ['endpoints', '[]', { endpoints: [] }, 'Name at least one, such as endpoints:'],
    ['endpoints', "'/stomp'", { endpoints: '/stomp' }, 'Name at least one, such as endpoints:'],
    ['endpoints[]', "'/stomp'", { endpoints: ['/stomp'] }, 'Write an object with path, allowedOrigins'],
    ['endpoints[].path', 'undefined', { endpoints: [{}] }, PATH],
    ['endpoints[].path', "'stomp'", { endpoints: [{ path: 'stomp' }] }, PATH],
    ['endpoints[].path', "'/stomp?a=b'", { endpoints: [{ path: '/stomp?a=b' }] }, PATH],
    ['endpoints[].path', "'/stomp#a'", { endpoints: [{ path: '/stomp#a' }] }, PATH],
    ['endpoints[].path', "'/a b'", { endpoints: [{ path: '/a b' }] }, PATH],
    ['endpoints[].path', "'/süd'", { endpoints: [{ path: '/süd' }] }, PATH],
    ['endpoints[].path', "'/a'", { endpoints: [{ path: '/a' }, { path: '/a' }] }, 'remove one.'],
    ['endpoints[].allowedOrigins', "'*'", { endpoints: [{ path: '/a', allowedOrigins: '*' }] }, LIST],
    ['endpoints[].allowedOrigins', "[ '' ]", { endpoints: [{ path: '/a', allowedOrigins: [''] }] }, LIST],
    ...['a.example', 'localhost:4200', 'https://*.a.example', 'https://a.example/path'].map(
      (origin): [string, string, object, string] => [
        'endpoints[].allowedOrigins',
        `'${origin}'`,
        { endpoints: [{ path: '/a', allowedOrigins: ['*', origin] }] },
        ORIGIN,
      ],
    ),
    ...[
      ['[class ClassInterceptor]', [ClassInterceptor], INSTANCES],
      ['{}', [{}], INSTANCES],
      ['[Function: middleware]', [function middleware() {}], INSTANCES],
      ['{ beforeHandshake: [Function: beforeHandshake] }', { beforeHandshake() {} }, 'Write a list.'],
    ].map(([shown, handshakeInterceptors, remedy]): [string, string, object, string] => [
      'endpoints[].handshakeInterceptors',
      shown as string,
      { endpoints: [{ path: '/a', handshakeInterceptors }] },
      remedy as string,
    ]),
    [
      'endpoints[].allowedOriginPatterns',
      '[ 1 ]',
      { endpoints: [{ path: '/a', allowedOriginPatterns: [1] }] },
      LIST,
    ],
    ['applicationDestinationPrefixes', "'/app'", { applicationDestinationPrefixes: '/app' }, LIST],
    ['applicationDestinationPrefixes', "[ '' ]", { applicationDestinationPrefixes: [''] }, LIST],
    ['pathSeparator', "','", { pathSeparator: ',' }, "Use '/' or '.'."],
    ['statsLogIntervalMs', '-1', { statsLogIntervalMs: -1 }, 'Write a whole number from 0 to 2147483647.'],
    ['preserveReceiveOrder', "'yes'", { preserveReceiveOrder: 'yes' }, 'Use true or false.'],
    ['simpleBroker', 'true', { simpleBroker: true }, 'Write an object with destinationPrefixes, heartbeat'],
    [
      'simpleBroker.destinationPrefixes',
      "'/topic'",
      { simpleBroker: { destinationPrefixes: '/topic' } },
      LIST,
    ],
    ['simpleBroker.heartbeat', '10000', { simpleBroker: { heartbeat: 10_000 } }, 'Write two numbers of'],
    ['simpleBroker.heartbeat', '[ 1 ]', { simpleBroker: { heartbeat: [1] } }, 'Write two numbers of'],
    ['simpleBroker.heartbeat', '-1', { simpleBroker: { heartbeat: [0, -1] } }, 'from 0 to 2147483647.'],
    ['simpleBroker.heartbeat', '1.5', { simpleBroker: { heartbeat: [1.5, 0] } }, 'from 0 to 2147483647.'],
    ['simpleBroker.heartbeat', "'10'", { simpleBroker: { heartbeat: ['10', 0] } }, 'from 0 to 2147483647.'],
    [
      'simpleBroker.clientSend',
      "'never'",
      { simpleBroker: { clientSend: 'never' } },
      "Use 'allow' or 'deny'.",
    ],
    ...["''", 'true', "'id'", "'destination'", "'ack'", "'receipt'", "'prefetch'"].map(
      (shown): [string, string, object, string] => [
        'simpleBroker.selectorHeaderName',
        shown,
        { simpleBroker: { selectorHeaderName: shown === 'true' ? true : shown.slice(1, -1) } },
        'Write the name of a header that SUBSCRIBE has no other use for',
      ],
    ),
    [
      'simpleBroker.subscriptionRegistry',
      'Map(0) {}',
      { simpleBroker: { subscriptionRegistry: new Map() } },
      'Give an instance with add, remove, removeSession, find and a size.',
    ],
    [
      'simpleBroker.subscriptionRegistry',
      'SizelessRegistry {}',
      { simpleBroker: { subscriptionRegistry: new SizelessRegistry() } },
      'Give an instance with add, remove, removeSession, find and a size.',
    ],
    ...['prefetch', 'unacknowledgedLimit', 'unacknowledgedBytesLimit', 'maxDeliveries'].map(
      (name): [string, string, object, string] => [
        `simpleBroker.${name}`,
        '0',
        { simpleBroker: { [name]: 0 } },
        'Write a whole number from 1',
      ],
    ),
    [
      'simpleBroker.ackTimeoutMs',
      '-1',
      { simpleBroker: { ackTimeoutMs: -1 } },
      'Write a whole number from 0',
    ],
    [
      'simpleBroker.queuePrefixes',
      "[ '/queue', '/other' ]",
      { simpleBroker: { destinationPrefixes: ['/topic', '/queue'], queuePrefixes: ['/queue', '/other'] } },
      'Name prefixes below simpleBroker.destinationPrefixes',
    ],
    [
      'simpleBroker.queuePrefixes',
      "[ '/queue' ]",
      { simpleBroker: { queuePrefixes: ['/queue'], cluster: { bus } } },
      'Serve queues by brokerRelay.',
    ],
    ...['userDestinationBroadcast', 'userRegistryBroadcast'].map((name): [string, string, object, string] => [
      `brokerRelay.${name}`,
      "'/topic/x'",
      {
        simpleBroker: { destinationPrefixes: ['/mine'], cluster: { bus } },
        brokerRelay: { destinationPrefixes: ['/topic'], [name]: '/topic/x' },
      },
      'With simpleBroker.cluster the nodes tell each other of their users already. Leave it out.',
    ]),
    [
      'simpleBroker.cluster',
      'true',
      { simpleBroker: { cluster: true } },
      'Write an object with bus, namespace',
    ],
    ...["'redis://x'", 'undefined'].map((shown): [string, string, object, string] => [
      'simpleBroker.cluster.bus',
      shown,
      { simpleBroker: { cluster: { bus: shown === 'undefined' ? undefined : 'redis://x' } } },
      'Give a bus, such as new RedisClusterBus({ url }) of nestjs-stomp/redis.',
    ]),
    ...['namespace', 'nodeName'].map((name): [string, string, object, string] => [
      `simpleBroker.cluster.${name}`,
      "''",
      { simpleBroker: { cluster: { bus, [name]: '' } } },
      'Write a string that is not empty.',
    ]),
    [
      'simpleBroker.cluster.failFast',
      "'yes'",
      { simpleBroker: { cluster: { bus, failFast: 'yes' } } },
      'Use true or false.',
    ],
    ...(
      [
        ['heartbeatIntervalMs', 49, 50],
        ['nodeTimeoutMs', 1999, 2000],
        ['lingerMs', -1, 0],
        ['receiptTimeoutMs', 0, 1],
        ['reconnectDelayMs', 0, 1],
        ['reconnectMaxDelayMs', 99, 100],
        ['sendBufferSizeLimit', 0, 1],
        ['outageBufferMs', 0, 1],
        ['outageBufferSizeLimit', -1, 0],
      ] as const
    ).map(([name, value, least]): [string, string, object, string] => [
      `simpleBroker.cluster.${name}`,
      String(value),
      { simpleBroker: { cluster: { bus, [name]: value } } },
      `Write a whole number from ${least}`,
    ]),
    ['simpleBroker.queuePrefixes', "'/q'", { simpleBroker: { queuePrefixes: '/q' } }, LIST],
    ...["''", "'/dead'", '1'].map((shown): [string, string, object, string] => [
      'simpleBroker.deadLetterDestination',
      shown,
      {
        simpleBroker: {
          destinationPrefixes: ['/topic'],
          deadLetterDestination: shown === '1' ? 1 : shown.slice(1, -1),
        },
      },
      'Name a destination below simpleBroker.destinationPrefixes',
    ]),
    ['transport', 'null', { transport: null }, 'Write an object with messageSizeLimit'],
    ...[
      'messageSizeLimit',
      'sendTimeLimit',
      'sendBufferSizeLimit',
      'timeToFirstMessage',
      'maxSubscriptions',
      'frameTimeLimit',
      'maxTransactions',
      'maxTransactionFrames',
      'transactionSizeLimit',
    ].flatMap((name) =>
      [0, -1, 0.5, NaN, Infinity, 0x80000000, '1'].map((value): [string, string, object, string] => [
        `transport.${name}`,
        typeof value === 'string' ? `'${value}'` : String(value),
        { transport: { [name]: value } },
        WHOLE,
      ]),
    ),
    ...[
      'maxSessions',
      'maxSessionsPerUser',
      'maxSessionsPerAddress',
      'maxHandshakesPerSecond',
      'pingInterval',
    ].flatMap((name) =>
      [-1, 0.5, 0x80000000].map((value): [string, string, object, string] => [
        `transport.${name}`,
        String(value),
        { transport: { [name]: value } },
        'Write a whole number from 0 to 2147483647.',
      ]),
    ),
    ['transport.drain', '5', { transport: { drain: 5 } }, 'Write an object with windowMs, graceMs, code.'],
    [
      'transport.drain.windowMs',
      '-1',
      { transport: { drain: { windowMs: -1 } } },
      'Write a whole number from 0 to 2147483647.',
    ],
    [
      'transport.drain.graceMs',
      '0.5',
      { transport: { drain: { graceMs: 0.5 } } },
      'Write a whole number from 0 to 2147483647.',
    ],
    [
      'transport.drain.code',
      '1000',
      { transport: { drain: { code: 1000 } } },
      'Use 1012 (service restart) or 1001 (going away).',
    ],
    [
      'transport.overflow',
      "'drop'",
      { transport: { overflow: 'drop' } },
      "Use 'disconnect' or 'drop-oldest' or 'drop-newest' or 'conflate'.",
    ],
    ['transport.overflow', '5', { transport: { overflow: 5 } }, 'Write a list.'],
    [
      'transport.overflow[]',
      "'/topic/a'",
      { transport: { overflow: ['/topic/a'] } },
      'Write an object with destination, policy.',
    ],
    [
      'transport.overflow[].policy',
      'undefined',
      { transport: { overflow: [{ destination: '/topic/a' }] } },
      "Use 'disconnect' or 'drop-oldest' or 'drop-newest' or 'conflate'.",
    ],
    [
      'transport.overflow[].destination',
      'undefined',
      { transport: { overflow: [{ policy: 'conflate' }] } },
      "Write a pattern such as '/topic/price.*'.",
    ],
    ['transport.inboundRate', '5', { transport: { inboundRate: 5 } }, 'Write an object with framesPerSecond'],
    ...['framesPerSecond', 'bytesPerSecond', 'burstSeconds', 'patience'].map(
      (name): [string, string, object, string] => [
        `transport.inboundRate.${name}`,
        '0',
        { transport: { inboundRate: { [name]: 0 } } },
        WHOLE,
      ],
    ),
    ['interceptors', '[]', { interceptors: [] }, 'Write an object with clientInbound'],
    ['interceptors.broker', '{}', { interceptors: { broker: {} } }, 'Write a list.'],
    ...['clientInbound', 'clientOutbound', 'broker'].map((channel): [string, string, object, string] => [
      `interceptors.${channel}`,
      '[class ClassInterceptor]',
      { interceptors: { [channel]: [new ClassInterceptor(), ClassInterceptor] } },
      HOOKS,
    ]),
    ['interceptors.clientInbound', 'undefined', { interceptors: { clientInbound: [undefined] } }, HOOKS],
    ['messageConverters', "'json'", { messageConverters: 'json' }, 'Write a list.'],
    [
      'messageConverters',
      '{ fromMessage: [Function: fromMessage] }',
      { messageConverters: [{ fromMessage: () => undefined }] },
      'Give instances with fromMessage and toMessage.',
    ],
  ])('%s: %s', async (option, shown, options, remedy) => {
    const error = await bootError(withOptions(options));
    expect(error).toBeInstanceOf(StompConfigurationError);
    expect(error).toMatchObject({
      code: 'STOMP_ERR_CONFIGURATION',
      message: expect.stringMatching(/\.$/),
    });
    const { message } = error as Error;
    expect(message.startsWith(`StompModule option "${option}" is wrong: ${shown}. `)).toBe(true);
    expect(message).toContain(remedy);
  });

  it.each([undefined, null, 'x'])('no options at all: %s', async (options) => {
    expect(await bootError(options)).toEqual(
      new StompConfigurationError(
        "StompModule has no options. Give it an object, such as { endpoints: [{ path: '/stomp' }] }.",
      ),
    );
  });

  it('shows no more of a value than is needed to recognise it', async () => {
    const error = await bootError(withOptions({ pathSeparator: 'x'.repeat(10_000) }));
    expect((error as Error).message.length).toBeLessThan(200);
  });
});

describe('an option that does not exist fails the boot, and the known ones are listed', () => {
  it.each([
    [
      'heartbeat',
      { heartbeat: [0, 0] },
      'endpoints, applicationDestinationPrefixes, simpleBroker, brokerRelay, transport, ',
    ],
    ['endpoints[].origins', { endpoints: [{ path: '/a', origins: [] }] }, 'path, allowedOrigins, '],
    [
      'simpleBroker.prefixes',
      { simpleBroker: { prefixes: [] } },
      'destinationPrefixes, heartbeat, clientSend, ',
    ],
    ['transport.maxSize', { transport: { maxSize: 1 } }, 'messageSizeLimit, sendTimeLimit, '],
    ['interceptors.inbound', { interceptors: { inbound: [] } }, 'clientInbound, clientOutbound, broker.'],
  ])('%s', async (option, options, known) => {
    const error = await bootError(withOptions(options));
    expect(error).toBeInstanceOf(StompConfigurationError);
    expect((error as Error).message).toContain(`Unknown StompModule option "${option}". Known are: ${known}`);
  });
});

describe('the least that works', () => {
  it('is one endpoint', async () => {
    expect(await bootError({ endpoints: [{ path: '/stomp' }] })).toBeUndefined();
  });

  it.each<[string, object]>([
    [
      'endpoints of every kind of path',
      { endpoints: [{ path: '/' }, { path: '/a/%C3%BC' }, { path: '/~a;b=c' }] },
    ],
    [
      'origins of every kind',
      {
        endpoints: [
          {
            path: '/a',
            allowedOrigins: [
              '*',
              'null',
              'https://a.example/',
              'http://[::1]:1',
              'capacitor://localhost',
              'file://',
            ],
            allowedOriginPatterns: ['*', 'https://*.a.example:[*]'],
          },
        ],
      },
    ],
    ['heart-beats that are off', { simpleBroker: { heartbeat: [0, 0] } }],
    ['the smallest limits', { transport: { messageSizeLimit: 1, maxSubscriptions: 1, sendTimeLimit: 1 } }],
    ['the largest limits', { transport: { messageSizeLimit: 0x7fffffff, maxSubscriptions: 0x7fffffff } }],
    ['undefined for every default', { transport: undefined, simpleBroker: { heartbeat: undefined } }],
    [
      'interceptors that are objects or instances',
      { interceptors: { broker: [new ClassInterceptor(), { postSend() {} }] } },
    ],
  ])('lets also %s pass', async (_case, options) => {
    expect(await bootError(withOptions(options))).toBeUndefined();
  });
});
