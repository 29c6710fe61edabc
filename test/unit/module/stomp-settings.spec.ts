import { describe, expect, it } from '@jest/globals';
import { stompSettings } from '../../../src/module/stomp-settings.js';
import { DEFAULT_DECODER_LIMITS } from '../../../src/protocol/stomp-decoder-limits.js';

const ENDPOINTS = [{ path: '/stomp' }];

describe('the settings', () => {
  it('have the documented defaults', () => {
    expect(stompSettings({ endpoints: ENDPOINTS })).toEqual({
      endpoints: ENDPOINTS,
      applicationDestinationPrefixes: [],
      simpleBroker: {
        destinationPrefixes: [],
        heartbeat: [10_000, 10_000],
        clientSend: 'allow',
        userDestinationPrefix: '/user/',
        pathSeparator: '/',
      },
      limits: { ...DEFAULT_DECODER_LIMITS, maxBodyBytes: 1024 * 1024 },
      transport: {
        sendTimeLimit: 10_000,
        sendBufferSizeLimit: 512 * 1024,
        timeToFirstMessage: 60_000,
        maxSubscriptions: 1000,
      },
      pathSeparator: '/',
      preserveReceiveOrder: true,
      userDestinationPrefix: '/user/',
      userErrorDestination: '/queue/errors',
      rejections: 'disconnect',
      useGlobalEnhancers: true,
      statsLogIntervalMs: 0,
    });
  });

  it('are what was asked for, each in its place', () => {
    const endpoints = [{ path: '/a', allowedOrigins: ['https://a.example'] }, { path: '/b' }];
    const transport = {
      sendTimeLimit: 1,
      sendBufferSizeLimit: 2,
      timeToFirstMessage: 3,
      maxSubscriptions: 4,
    };
    const simpleBroker = {
      destinationPrefixes: ['/topic'],
      heartbeat: [0, 5] as const,
      clientSend: 'deny' as const,
      selectorHeaderName: 'selector',
    };
    expect(
      stompSettings({
        endpoints,
        applicationDestinationPrefixes: ['/app'],
        simpleBroker,
        transport: { ...transport, messageSizeLimit: 6 },
        pathSeparator: '.',
        preserveReceiveOrder: false,
        userDestinationPrefix: '/me',
        userErrorDestination: '/queue/trouble',
        rejections: 'report',
        useGlobalEnhancers: false,
        statsLogIntervalMs: 7,
      }),
    ).toEqual({
      endpoints,
      applicationDestinationPrefixes: ['/app'],
      simpleBroker: { ...simpleBroker, userDestinationPrefix: '/me/', pathSeparator: '.' },
      limits: { ...DEFAULT_DECODER_LIMITS, maxBodyBytes: 6 },
      transport,
      pathSeparator: '.',
      preserveReceiveOrder: false,
      userDestinationPrefix: '/me/',
      userErrorDestination: '/queue/trouble',
      rejections: 'report',
      useGlobalEnhancers: false,
      statsLogIntervalMs: 7,
    });
  });
});
