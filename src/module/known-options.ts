import type { BrokerRelayOptions, SharedSubscriptionsOptions } from './broker-relay-options.js';
import type { ClusterOptions } from './cluster-options.js';
import { wrong } from './option-values.js';
import type {
  DrainOptions,
  InboundRateOptions,
  OverflowRule,
  TransportOptions,
} from './transport-options.js';
import { StompConfigurationError } from './stomp-configuration-error.js';
import type {
  InterceptorOptions,
  SimpleBrokerOptions,
  StompEndpointOptions,
  StompModuleOptions,
} from './stomp-module-options.js';

/** The names of all options of a kind: the compiler knows when one is missing here, and would be refused as misspelt. */
function namesOf<Options>(names: Readonly<Record<keyof Options, true>>): readonly string[] {
  return Object.keys(names);
}

/** Every option by its place, for the check that none is misspelt. */
export const KNOWN: Readonly<Record<string, readonly string[]>> = {
  '': namesOf<StompModuleOptions>({
    endpoints: true,
    applicationDestinationPrefixes: true,
    simpleBroker: true,
    brokerRelay: true,
    transport: true,
    interceptors: true,
    messageConverters: true,
    pathSeparator: true,
    preserveReceiveOrder: true,
    userDestinationPrefix: true,
    userErrorDestination: true,
    rejections: true,
    useGlobalEnhancers: true,
    authenticator: true,
    authorization: true,
    eventEmitter: true,
    statsLogIntervalMs: true,
  }),
  'endpoints[]': namesOf<StompEndpointOptions>({
    path: true,
    allowedOrigins: true,
    allowedOriginPatterns: true,
    handshakeInterceptors: true,
  }),
  simpleBroker: namesOf<SimpleBrokerOptions>({
    destinationPrefixes: true,
    heartbeat: true,
    clientSend: true,
    selectorHeaderName: true,
    subscriptionRegistry: true,
    prefetch: true,
    unacknowledgedLimit: true,
    unacknowledgedBytesLimit: true,
    maxDeliveries: true,
    ackTimeoutMs: true,
    deadLetterDestination: true,
    queuePrefixes: true,
    cluster: true,
  }),
  'simpleBroker.cluster': namesOf<ClusterOptions>({
    bus: true,
    namespace: true,
    nodeName: true,
    failFast: true,
    heartbeatIntervalMs: true,
    nodeTimeoutMs: true,
    lingerMs: true,
    receiptTimeoutMs: true,
    reconnectDelayMs: true,
    reconnectMaxDelayMs: true,
    sendBufferSizeLimit: true,
    outageBufferMs: true,
    outageBufferSizeLimit: true,
  }),
  brokerRelay: namesOf<BrokerRelayOptions>({
    host: true,
    port: true,
    hosts: true,
    tls: true,
    destinationPrefixes: true,
    profile: true,
    clientLogin: true,
    clientPasscode: true,
    systemLogin: true,
    systemPasscode: true,
    virtualHost: true,
    systemHeartbeatSendInterval: true,
    systemHeartbeatReceiveInterval: true,
    heartbeat: true,
    failFast: true,
    onBrokerLoss: true,
    userDestinations: true,
    userDestinationBroadcast: true,
    userRegistryBroadcast: true,
    sharedSubscriptions: true,
    clientSend: true,
    clientPatterns: true,
    subscribeHeaders: true,
    destinationMapping: true,
    queueArguments: true,
    connectTimeoutMs: true,
    receiptTimeoutMs: true,
    reconnectDelayMs: true,
    reconnectMaxDelayMs: true,
    maxConnecting: true,
    messageSizeLimit: true,
    sendBufferSizeLimit: true,
    prefetch: true,
    unacknowledgedLimit: true,
  }),
  'brokerRelay.sharedSubscriptions': namesOf<SharedSubscriptionsOptions>({
    destinationPrefixes: true,
    connections: true,
  }),
  transport: namesOf<TransportOptions>({
    messageSizeLimit: true,
    sendTimeLimit: true,
    sendBufferSizeLimit: true,
    timeToFirstMessage: true,
    maxSubscriptions: true,
    maxTransactions: true,
    maxTransactionFrames: true,
    transactionSizeLimit: true,
    frameTimeLimit: true,
    inboundRate: true,
    maxSessions: true,
    maxSessionsPerUser: true,
    maxSessionsPerAddress: true,
    maxHandshakesPerSecond: true,
    pingInterval: true,
    drain: true,
    overflow: true,
  }),
  'transport.overflow[]': namesOf<OverflowRule>({ destination: true, policy: true }),
  'transport.drain': namesOf<DrainOptions>({ windowMs: true, graceMs: true, code: true }),
  'transport.inboundRate': namesOf<InboundRateOptions>({
    framesPerSecond: true,
    bytesPerSecond: true,
    burstSeconds: true,
    patience: true,
  }),
  interceptors: namesOf<InterceptorOptions>({ clientInbound: true, clientOutbound: true, broker: true }),
};

/**
 * Refuses what is no object, and options that nobody knows: they are misspelt.
 *
 * @param place '' for the module's own
 */
export function knownOnly(place: string, value: unknown): void {
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
