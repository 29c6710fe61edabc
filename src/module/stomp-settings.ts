import { inspect } from 'node:util';
import type { SimpleBrokerSettings } from '../broker/simple-broker.js';
import { DEFAULT_DECODER_LIMITS, type StompDecoderLimits } from '../protocol/stomp-decoder-limits.js';
import type { RejectionPolicy } from '../session/frame-failure.js';
import { StompConfigurationError } from './stomp-configuration-error.js';
import type { InterceptorOptions, StompEndpointOptions, StompModuleOptions } from './stomp-module-options.js';

/** The module's options, complete and checked. */
export interface StompSettings {
  readonly endpoints: readonly StompEndpointOptions[];
  readonly applicationDestinationPrefixes: readonly string[];
  readonly simpleBroker: SimpleBrokerSettings;
  readonly limits: StompDecoderLimits;
  readonly transport: {
    readonly sendTimeLimit: number;
    readonly sendBufferSizeLimit: number;
    readonly timeToFirstMessage: number;
    readonly maxSubscriptions: number;
  };
  readonly pathSeparator: '/' | '.';
  readonly preserveReceiveOrder: boolean;
  /** With its final slash. */
  readonly userDestinationPrefix: string;
  readonly userErrorDestination: string;
  readonly rejections: RejectionPolicy;
  readonly useGlobalEnhancers: boolean;
}

/** Every option by its place, for the check that none is misspelt. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  '': [
    'endpoints',
    'applicationDestinationPrefixes',
    'simpleBroker',
    'transport',
    'interceptors',
    'messageConverters',
    'pathSeparator',
    'preserveReceiveOrder',
    'userDestinationPrefix',
    'userErrorDestination',
    'rejections',
    'useGlobalEnhancers',
    'authenticator',
    'authorization',
    'eventEmitter',
  ],
  'endpoints[]': ['path', 'allowedOrigins', 'allowedOriginPatterns', 'handshakeInterceptors'],
  simpleBroker: [
    'destinationPrefixes',
    'heartbeat',
    'clientSend',
    'selectorHeaderName',
    'subscriptionRegistry',
  ],
  transport: [
    'messageSizeLimit',
    'sendTimeLimit',
    'sendBufferSizeLimit',
    'timeToFirstMessage',
    'maxSubscriptions',
  ],
  interceptors: ['clientInbound', 'clientOutbound', 'broker'],
};

/** What a request line may hold, without a query. */
const PATH = /^\/(?:(?![?#])[!-~])*$/;

/** As browsers write it; `file://` and the schemes of mobile shells are origins, too. */
const ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[^/?#*\s]*\/?$/i;

/** What SUBSCRIBE's headers mean already (STOMP 1.2, SUBSCRIBE). */
const SUBSCRIBE_HEADERS: ReadonlySet<string> = new Set(['id', 'destination', 'ack', 'receipt']);

/**
 * Checks the options and fills in the defaults.
 *
 * @throws StompConfigurationError naming the option and the remedy
 */
export function stompSettings(options: StompModuleOptions): StompSettings {
  knownOnly('', options);
  const { endpoints, simpleBroker = {}, transport = {}, interceptors = {}, pathSeparator = '/' } = options;
  knownOnly('simpleBroker', simpleBroker);
  knownOnly('transport', transport);
  knownOnly('interceptors', interceptors);
  checkEndpoints(endpoints);
  checkInterceptors(interceptors);
  checkConverters(options.messageConverters ?? []);
  checkRegistry(simpleBroker.subscriptionRegistry);
  const applicationDestinationPrefixes = strings(
    'applicationDestinationPrefixes',
    options.applicationDestinationPrefixes ?? [],
  );
  if (pathSeparator !== '/' && pathSeparator !== '.') {
    throw wrong('pathSeparator', pathSeparator, "Use '/' or '.'.");
  }
  if (options.eventEmitter !== undefined && !hasMethod(options.eventEmitter, 'emit')) {
    throw wrong('eventEmitter', options.eventEmitter, 'Give something with an emit method.');
  }
  if (options.authenticator !== undefined && !hasMethod(options.authenticator, 'authenticate')) {
    throw wrong('authenticator', options.authenticator, 'Give an instance with an authenticate method.');
  }
  if (options.authorization !== undefined && !hasMethod(options.authorization, 'compile')) {
    throw wrong('authorization', options.authorization, 'Give what authorizeMessages(…) returns.');
  }
  const userDestinationPrefix = userPrefix(options.userDestinationPrefix ?? '/user/');
  const messageSizeLimit = whole('transport.messageSizeLimit', transport.messageSizeLimit ?? 1024 * 1024, 1);
  return {
    endpoints,
    applicationDestinationPrefixes,
    simpleBroker: {
      destinationPrefixes: strings(
        'simpleBroker.destinationPrefixes',
        simpleBroker.destinationPrefixes ?? [],
      ),
      heartbeat: heartbeat(simpleBroker.heartbeat ?? [10_000, 10_000]),
      selectorHeaderName: selectorHeaderName(simpleBroker.selectorHeaderName),
      clientSend: choice('simpleBroker.clientSend', simpleBroker.clientSend ?? 'allow', ['allow', 'deny']),
      userDestinationPrefix,
      pathSeparator,
    },
    limits: { ...DEFAULT_DECODER_LIMITS, maxBodyBytes: messageSizeLimit },
    transport: {
      sendTimeLimit: whole('transport.sendTimeLimit', transport.sendTimeLimit ?? 10_000, 1),
      sendBufferSizeLimit: whole(
        'transport.sendBufferSizeLimit',
        transport.sendBufferSizeLimit ?? 512 * 1024,
        1,
      ),
      timeToFirstMessage: whole('transport.timeToFirstMessage', transport.timeToFirstMessage ?? 60_000, 1),
      maxSubscriptions: whole('transport.maxSubscriptions', transport.maxSubscriptions ?? 1000, 1),
    },
    pathSeparator,
    preserveReceiveOrder: flag('preserveReceiveOrder', options.preserveReceiveOrder ?? true),
    userDestinationPrefix,
    useGlobalEnhancers: flag('useGlobalEnhancers', options.useGlobalEnhancers ?? true),
    userErrorDestination: destination(
      'userErrorDestination',
      options.userErrorDestination ?? '/queue/errors',
    ),
    rejections: choice('rejections', options.rejections ?? 'disconnect', ['disconnect', 'report']),
  };
}

function knownOnly(place: string, value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    if (place !== '') throw wrong(place, value, `Write an object with ${(KNOWN[place] ?? []).join(', ')}.`);
    throw new StompConfigurationError(
      "StompModule has no options. Give it an object, such as { endpoints: [{ path: '/stomp' }] }.",
    );
  }
  const known = KNOWN[place] ?? [];
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const path = place === '' ? key : `${place}.${key}`;
    throw new StompConfigurationError(
      `Unknown StompModule option "${path}". Known are: ${known.join(', ')}.`,
    );
  }
}

function checkEndpoints(endpoints: unknown): void {
  if (!Array.isArray(endpoints) || endpoints.length === 0) {
    throw wrong('endpoints', endpoints, "Name at least one, such as endpoints: [{ path: '/stomp' }].");
  }
  const paths = new Set<string>();
  for (const endpoint of endpoints as StompEndpointOptions[]) {
    knownOnly('endpoints[]', endpoint);
    const { path, allowedOrigins = [], allowedOriginPatterns = [], handshakeInterceptors = [] } = endpoint;
    if (typeof path !== 'string' || !PATH.test(path)) {
      throw wrong(
        'endpoints[].path',
        path,
        "Write a path as it stands in a request: it starts with '/', has no query, and is percent-encoded.",
      );
    }
    if (paths.has(path)) throw wrong('endpoints[].path', path, 'Two endpoints have this path: remove one.');
    paths.add(path);
    checkOrigins(allowedOrigins);
    strings('endpoints[].allowedOriginPatterns', allowedOriginPatterns);
    for (const interceptor of list('endpoints[].handshakeInterceptors', handshakeInterceptors)) {
      if (hasMethod(interceptor, 'beforeHandshake')) continue;
      throw wrong(
        'endpoints[].handshakeInterceptors',
        interceptor,
        'Give instances with beforeHandshake; middlewares go into a MiddlewareHandshakeInterceptor.',
      );
    }
  }
}

/** An origin that no page can have would refuse pages without saying why. */
function checkOrigins(allowedOrigins: unknown): void {
  for (const origin of strings('endpoints[].allowedOrigins', allowedOrigins)) {
    if (origin === '*' || origin === 'null' || ORIGIN.test(origin)) continue;
    throw wrong(
      'endpoints[].allowedOrigins',
      origin,
      "Write scheme, host and port, such as 'https://app.example.com:8443'; patterns go to allowedOriginPatterns.",
    );
  }
}

/** A class in place of an instance would intercept nothing, and nobody would notice. */
function checkInterceptors(interceptors: InterceptorOptions): void {
  for (const channel of ['clientInbound', 'clientOutbound', 'broker'] as const) {
    for (const interceptor of list(`interceptors.${channel}`, interceptors[channel] ?? [])) {
      const hooks = ['preSend', 'postSend', 'afterSendCompletion'];
      if (hooks.some((name) => hasMethod(interceptor, name))) continue;
      throw wrong(`interceptors.${channel}`, interceptor, `Give instances with ${hooks.join(' or ')}.`);
    }
  }
}

function checkConverters(converters: unknown): void {
  for (const converter of list('messageConverters', converters)) {
    if (hasMethod(converter, 'fromMessage') && hasMethod(converter, 'toMessage')) continue;
    throw wrong('messageConverters', converter, 'Give instances with fromMessage and toMessage.');
  }
}

function checkRegistry(registry: unknown): void {
  if (registry === undefined) return;
  const methods = ['add', 'remove', 'removeSession', 'find'];
  if (methods.every((name) => hasMethod(registry, name))) return;
  throw wrong('simpleBroker.subscriptionRegistry', registry, `Give an instance with ${methods.join(', ')}.`);
}

function hasMethod(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'function';
}

function list(option: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(option, value, 'Write a list.');
  return value;
}

function heartbeat(value: readonly [number, number]): readonly [number, number] {
  if (!Array.isArray(value) || value.length !== 2) {
    throw wrong(
      'simpleBroker.heartbeat',
      value,
      'Write two numbers of milliseconds, such as [10000, 10000].',
    );
  }
  for (const number of value as readonly number[]) whole('simpleBroker.heartbeat', number, 0);
  return value;
}

function choice<T extends string>(option: string, value: T, known: readonly T[]): T {
  if (known.includes(value)) return value;
  throw wrong(option, value, `Use ${known.map((name) => `'${name}'`).join(' or ')}.`);
}

/** Spring adds a final slash as well. */
function userPrefix(value: unknown): string {
  const prefix = destination('userDestinationPrefix', value);
  if (prefix === '/') throw wrong('userDestinationPrefix', value, "Name one, such as '/user/'.");
  return prefix.endsWith('/') ? prefix : `${prefix}/`;
}

function destination(option: string, value: unknown): string {
  if (typeof value === 'string' && value.startsWith('/')) return value;
  throw wrong(option, value, "Write a string that starts with '/'.");
}

function selectorHeaderName(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '' || SUBSCRIBE_HEADERS.has(value)) {
    throw wrong(
      'simpleBroker.selectorHeaderName',
      value,
      "Write the name of a header that SUBSCRIBE has no other use for, such as 'selector', or leave it out.",
    );
  }
  return value;
}

function strings(option: string, value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'string' || item === '')) {
    throw wrong(option, value, 'Write a list of non-empty strings.');
  }
  return value as readonly string[];
}

function whole(option: string, value: unknown, least: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > 0x7fffffff) {
    throw wrong(option, value, `Write a whole number from ${least} to 2147483647.`);
  }
  return value as number;
}

function flag(option: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw wrong(option, value, 'Use true or false.');
  return value;
}

function wrong(option: string, value: unknown, remedy: string): StompConfigurationError {
  const shown = inspect(value, { breakLength: Infinity, depth: 1 }).slice(0, 100);
  return new StompConfigurationError(`StompModule option "${option}" is wrong: ${shown}. ${remedy}`);
}
