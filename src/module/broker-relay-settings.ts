import type { ConnectionOptions } from 'node:tls';
import type { BrokerProfileName } from '../broker/relay/broker-profile.js';
import type { BrokerAddress, BrokerCredentials } from '../broker/relay/broker-target.js';
import type { BrokerRelaySettings } from '../broker/relay/relay-settings.js';
import { DEFAULT_DECODER_LIMITS } from '../protocol/stomp-decoder-limits.js';
import type { BrokerRelayOptions } from './broker-relay-options.js';
import { knownOnly } from './known-options.js';
import { choice, destination, flag, strings, whole, wrong } from './option-values.js';
import { sharedSubscriptionSettings } from './shared-subscription-settings.js';

const DEFAULT_PORT = 61613;
const MAX_PORT = 65535;

/** What the relay has to know of the module's other options. */
export interface RelaySurroundings {
  readonly userDestinationPrefix: string;
  readonly userErrorDestination: string;
  /** Of `transport`. */
  readonly clientSendBufferSizeLimit: number;
  /** Of the simple broker, if the application has one beside the relay. */
  readonly simpleBrokerPrefixes: readonly string[] | undefined;
}

/** @throws StompConfigurationError naming the option and the remedy */
export function brokerRelaySettings(
  options: BrokerRelayOptions,
  surroundings: RelaySurroundings,
): BrokerRelaySettings {
  knownOnly('brokerRelay', options);
  const number = (name: keyof BrokerRelayOptions, value: number, least: number): number =>
    whole(`brokerRelay.${name}`, options[name] ?? value, least);
  const destinationPrefixes = prefixes(options, surroundings.simpleBrokerPrefixes);
  const reconnectDelayMs = number('reconnectDelayMs', 250, 1);
  return {
    hosts: addresses(options),
    destinationPrefixes,
    userDestinationPrefix: surroundings.userDestinationPrefix,
    userErrorDestination: surroundings.userErrorDestination,
    userDestinations: choice('brokerRelay.userDestinations', options.userDestinations ?? 'broker', [
      'broker',
      'local',
    ]),
    userDestinationBroadcast: broadcast('userDestinationBroadcast', options),
    userRegistryBroadcast: broadcast('userRegistryBroadcast', options),
    sharedSubscriptions: sharedSubscriptionSettings(options.sharedSubscriptions, destinationPrefixes),
    profile: profileName(options.profile),
    mapping: choice('brokerRelay.destinationMapping', options.destinationMapping ?? 'keep', ['keep', 'dots']),
    queueArguments: texts('brokerRelay.queueArguments', options.queueArguments ?? {}),
    client: credentials(options, 'client'),
    system: credentials(options, 'system'),
    clientSend: choice('brokerRelay.clientSend', options.clientSend ?? 'allow', ['allow', 'deny']),
    clientPatterns: choice('brokerRelay.clientPatterns', options.clientPatterns ?? 'deny', ['allow', 'deny']),
    subscribeHeaders: strings('brokerRelay.subscribeHeaders', options.subscribeHeaders ?? ['selector']),
    onBrokerLoss: choice('brokerRelay.onBrokerLoss', options.onBrokerLoss ?? 'close', [
      'close',
      'resubscribe',
    ]),
    receiptTimeoutMs: number('receiptTimeoutMs', 10_000, 1),
    prefetch: number('prefetch', 1000, 1),
    unacknowledgedLimit: number('unacknowledgedLimit', 10_000, 1),
    sendBufferSizeLimit: number('sendBufferSizeLimit', 8 * 1024 * 1024, 1),
    // Half of what would end the session: the rest is for what is on its way already.
    clientBufferSizeLimit: Math.ceil(surroundings.clientSendBufferSizeLimit / 2),
    maxConnecting: number('maxConnecting', 64, 1),
    reconnectDelayMs,
    reconnectMaxDelayMs: number('reconnectMaxDelayMs', Math.max(5000, reconnectDelayMs), reconnectDelayMs),
    failFast: flag('brokerRelay.failFast', options.failFast ?? false),
    connection: {
      virtualHost:
        options.virtualHost === undefined ? undefined : text('brokerRelay.virtualHost', options.virtualHost),
      heartBeat: {
        sendMs: number('systemHeartbeatSendInterval', 10_000, 0),
        receiveMs: number('systemHeartbeatReceiveInterval', 10_000, 0),
      },
      tls: tlsOptions(options.tls ?? false),
      connectTimeoutMs: number('connectTimeoutMs', 10_000, 1),
      limits: {
        ...DEFAULT_DECODER_LIMITS,
        // Brokers add headers of their own to what others have sent.
        maxHeaders: 1000,
        maxHeaderLineBytes: 64 * 1024,
        maxHeaderBlockBytes: 256 * 1024,
        maxBodyBytes: number('messageSizeLimit', 16 * 1024 * 1024, 1),
      },
    },
  };
}

/** Instances would take one kind of message for the other. */
function broadcast(
  name: 'userDestinationBroadcast' | 'userRegistryBroadcast',
  options: BrokerRelayOptions,
): string | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  const option = `brokerRelay.${name}`;
  if (name === 'userRegistryBroadcast' && value === options.userDestinationBroadcast)
    throw wrong(option, value, 'Name another destination than that of brokerRelay.userDestinationBroadcast.');
  if (typeof value === 'string' && value.startsWith('/queue/'))
    throw wrong(option, value, 'Name a topic: of a queue, one instance alone gets each message.');
  return destination(option, value);
}

function profileName(value: BrokerProfileName | undefined): BrokerProfileName | undefined {
  if (value === undefined) return undefined;
  return choice<BrokerProfileName>('brokerRelay.profile', value, [
    'rabbitmq',
    'activemq',
    'artemis',
    'generic',
  ]);
}

function addresses({ host, port, hosts }: BrokerRelayOptions): readonly BrokerAddress[] {
  if (hosts === undefined) {
    return [
      {
        host: text('brokerRelay.host', host ?? '127.0.0.1'),
        port: portOf('brokerRelay.port', port ?? DEFAULT_PORT),
      },
    ];
  }
  if (host !== undefined)
    throw wrong('brokerRelay.hosts', hosts, 'Leave brokerRelay.host out, or put it into the list.');
  const defaultPort = portOf('brokerRelay.port', port ?? DEFAULT_PORT);
  const list = strings('brokerRelay.hosts', hosts);
  if (list.length === 0)
    throw wrong('brokerRelay.hosts', hosts, "Name at least one, such as ['broker-1:61613'].");
  return list.map((entry) => {
    const [, bracketed, plain, given] = /^(?:\[([^\]]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/.exec(entry) ?? [];
    const name = bracketed ?? plain;
    if (name === undefined)
      throw wrong('brokerRelay.hosts', entry, "Write 'host' or 'host:port', IPv6 in brackets.");
    return {
      host: name,
      port: given === undefined ? defaultPort : portOf('brokerRelay.hosts', Number(given)),
    };
  });
}

function portOf(option: string, value: unknown): number {
  const port = whole(option, value, 1);
  if (port > MAX_PORT) throw wrong(option, value, `A port is at most ${MAX_PORT}.`);
  return port;
}

/** A destination that two brokers serve would be delivered twice. */
function prefixes(
  options: BrokerRelayOptions,
  simpleBrokerPrefixes: readonly string[] | undefined,
): readonly string[] {
  const option = 'brokerRelay.destinationPrefixes';
  const value = strings(option, options.destinationPrefixes ?? ['/topic', '/queue']);
  if (value.length === 0) throw wrong(option, value, "Name at least one, such as ['/topic', '/queue'].");
  if (simpleBrokerPrefixes === undefined) return value;
  const isShared = (prefix: string): boolean =>
    simpleBrokerPrefixes.length === 0 ||
    simpleBrokerPrefixes.some((other) => prefix.startsWith(other) || other.startsWith(prefix));
  if (!value.some(isShared)) return value;
  throw wrong(
    option,
    value,
    'simpleBroker serves some of that, too: give each prefix to one of them, in simpleBroker.destinationPrefixes and here.',
  );
}

/** A client certificate is a login of its own, beside which RabbitMQ wants no other. */
function credentials(options: BrokerRelayOptions, role: 'client' | 'system'): BrokerCredentials {
  const { tls, [`${role}Login` as const]: login, [`${role}Passcode` as const]: passcode } = options;
  if (login === undefined && typeof tls === 'object' && tls.cert !== undefined) return {};
  return {
    login: text(`brokerRelay.${role}Login`, login ?? 'guest'),
    passcode: text(`brokerRelay.${role}Passcode`, passcode ?? 'guest', true),
  };
}

function text(option: string, value: unknown, mayBeEmpty = false): string {
  if (typeof value === 'string' && (mayBeEmpty || value !== '')) return value;
  throw wrong(
    option,
    mayBeEmpty ? typeof value : value,
    mayBeEmpty ? 'Write a string.' : 'Write a non-empty string.',
  );
}

function texts(option: string, value: unknown): Readonly<Record<string, string>> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isRecord && Object.values(value).every((item) => typeof item === 'string')) {
    return value as Readonly<Record<string, string>>;
  }
  throw wrong(option, value, "Write an object of strings, such as { 'x-expires': '3600000' }.");
}

function tlsOptions(value: unknown): ConnectionOptions | undefined {
  if (value === false) return undefined;
  if (value === true) return {};
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw wrong('brokerRelay.tls', typeof value, 'Use true, or an object of options for tls.connect.');
}
