import type { DestinationSeparator } from '../messaging/destination/destination-pattern.js';
import type { BrokerRelaySettings } from '../broker/relay/relay-settings.js';
import type { ClusterSettings } from '../broker/cluster/cluster-settings.js';
import type { SimpleBrokerSettings } from '../broker/simple-broker-settings.js';
import { DEFAULT_DECODER_LIMITS, type StompDecoderLimits } from '../protocol/stomp-decoder-limits.js';
import type { RejectionPolicy } from '../session/frame-failure.js';
import { acknowledgementSettings, queuePrefixes } from './acknowledgement-options.js';
import { brokerRelaySettings } from './broker-relay-settings.js';
import { clusterSettings } from './cluster-settings.js';
import { checkEndpoints } from './endpoint-options.js';
import { knownOnly } from './known-options.js';
import { choice, destination, flag, hasMethod, list, strings, whole, wrong } from './option-values.js';
import { transportSettings, type TransportSettings } from './transport-settings.js';
import type { InterceptorOptions, StompEndpointOptions, StompModuleOptions } from './stomp-module-options.js';

/** The module's options, complete and checked. */
export interface StompSettings {
  readonly endpoints: readonly StompEndpointOptions[];
  readonly applicationDestinationPrefixes: readonly string[];
  readonly simpleBroker: SimpleBrokerSettings;
  /** `undefined` when the simple broker is alone. */
  readonly cluster: ClusterSettings | undefined;
  /** `undefined` when there is no broker elsewhere. */
  readonly brokerRelay: BrokerRelaySettings | undefined;
  readonly limits: StompDecoderLimits;
  readonly transport: TransportSettings;
  readonly pathSeparator: DestinationSeparator;
  readonly preserveReceiveOrder: boolean;
  /** With its final slash. */
  readonly userDestinationPrefix: string;
  readonly userErrorDestination: string;
  readonly rejections: RejectionPolicy;
  readonly useGlobalEnhancers: boolean;
  readonly statsLogIntervalMs: number;
}

/** What SUBSCRIBE's headers mean already (STOMP 1.2, SUBSCRIBE). */
const SUBSCRIBE_HEADERS: ReadonlySet<string> = new Set(['id', 'destination', 'ack', 'receipt', 'prefetch']);

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
  const userErrorDestination = destination(
    'userErrorDestination',
    options.userErrorDestination ?? '/queue/errors',
  );
  const simpleBrokerPrefixes = strings(
    'simpleBroker.destinationPrefixes',
    simpleBroker.destinationPrefixes ?? [],
  );
  const checkedTransport = transportSettings(transport, pathSeparator);
  const brokerRelay =
    options.brokerRelay === undefined
      ? undefined
      : brokerRelaySettings(options.brokerRelay, {
          userDestinationPrefix,
          userErrorDestination,
          clientSendBufferSizeLimit: checkedTransport.sendBufferSizeLimit,
          simpleBrokerPrefixes: options.simpleBroker === undefined ? undefined : simpleBrokerPrefixes,
        });
  return {
    endpoints,
    applicationDestinationPrefixes,
    brokerRelay,
    cluster: clusterSettings(simpleBroker, options.brokerRelay),
    simpleBroker: {
      // Beside a relay it also serves the private destinations that are below the relay's prefixes and stay in this process.
      destinationPrefixes: [...simpleBrokerPrefixes, ...(brokerRelay?.destinationPrefixes ?? [])],
      heartbeat:
        options.brokerRelay?.heartbeat === undefined
          ? heartbeat('simpleBroker.heartbeat', simpleBroker.heartbeat ?? [10_000, 10_000])
          : heartbeat('brokerRelay.heartbeat', options.brokerRelay.heartbeat),
      selectorHeaderName: selectorHeaderName(simpleBroker.selectorHeaderName),
      clientSend: choice('simpleBroker.clientSend', simpleBroker.clientSend ?? 'allow', ['allow', 'deny']),
      userDestinationPrefix,
      pathSeparator,
      queuePrefixes: queuePrefixes(simpleBroker),
      acknowledgement: acknowledgementSettings(simpleBroker),
    },
    limits: { ...DEFAULT_DECODER_LIMITS, maxBodyBytes: messageSizeLimit },
    transport: checkedTransport,
    pathSeparator,
    preserveReceiveOrder: flag('preserveReceiveOrder', options.preserveReceiveOrder ?? true),
    userDestinationPrefix,
    statsLogIntervalMs: whole('statsLogIntervalMs', options.statsLogIntervalMs ?? 0, 0),
    useGlobalEnhancers: flag('useGlobalEnhancers', options.useGlobalEnhancers ?? true),
    userErrorDestination,
    rejections: choice('rejections', options.rejections ?? 'disconnect', ['disconnect', 'report']),
  };
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
  const { size } = (registry ?? {}) as { readonly size?: unknown };
  if (methods.every((name) => hasMethod(registry, name)) && typeof size === 'number') return;
  throw wrong(
    'simpleBroker.subscriptionRegistry',
    registry,
    `Give an instance with ${methods.join(', ')} and a size.`,
  );
}

function heartbeat(option: string, value: readonly [number, number]): readonly [number, number] {
  if (!Array.isArray(value) || value.length !== 2) {
    throw wrong(option, value, 'Write two numbers of milliseconds, such as [10000, 10000].');
  }
  for (const number of value as readonly number[]) whole(option, number, 0);
  return value;
}

/** Spring adds a final slash as well. */
function userPrefix(value: unknown): string {
  const prefix = destination('userDestinationPrefix', value);
  if (prefix === '/') throw wrong('userDestinationPrefix', value, "Name one, such as '/user/'.");
  return prefix.endsWith('/') ? prefix : `${prefix}/`;
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
