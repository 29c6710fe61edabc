import { wrong } from './option-values.js';
import { StompConfigurationError } from './stomp-configuration-error.js';

/** Every option by its place, for the check that none is misspelt. */
export const KNOWN: Readonly<Record<string, readonly string[]>> = {
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
    'frameTimeLimit',
    'inboundRate',
    'maxSessions',
    'maxSessionsPerUser',
    'maxSessionsPerAddress',
    'maxHandshakesPerSecond',
    'pingInterval',
    'drain',
    'overflow',
  ],
  'transport.overflow[]': ['destination', 'policy'],
  'transport.drain': ['windowMs', 'graceMs', 'code'],
  'transport.inboundRate': ['framesPerSecond', 'bytesPerSecond', 'burstSeconds', 'patience'],
  interceptors: ['clientInbound', 'clientOutbound', 'broker'],
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
