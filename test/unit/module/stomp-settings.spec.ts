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
        frameTimeLimit: 30_000,
        inboundRate: undefined,
        maxSessions: 0,
        maxSessionsPerUser: 0,
        maxSessionsPerAddress: 0,
        maxHandshakesPerSecond: 0,
        pingInterval: 30_000,
        drain: { windowMs: 0, graceMs: 5_000, code: 1012 },
        overflow: undefined,
      },
      pathSeparator: '/',
      preserveReceiveOrder: true,
      userDestinationPrefix: '/user/',
      userErrorDestination: '/queue/errors',
      rejections: 'disconnect',
      useGlobalEnhancers: true,
    });
  });

  it('are what was asked for, each in its place', () => {
    const endpoints = [{ path: '/a', allowedOrigins: ['https://a.example'] }, { path: '/b' }];
    const transport = {
      sendTimeLimit: 1,
      sendBufferSizeLimit: 2,
      timeToFirstMessage: 3,
      maxSubscriptions: 4,
      frameTimeLimit: 7,
      maxSessions: 8,
      maxSessionsPerUser: 9,
      maxSessionsPerAddress: 10,
      maxHandshakesPerSecond: 11,
      pingInterval: 12,
      drain: { windowMs: 14, graceMs: 15, code: 1001 as const },
      overflow: 'disconnect' as const,
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
        transport: { ...transport, messageSizeLimit: 6, inboundRate: { framesPerSecond: 13 } },
        pathSeparator: '.',
        preserveReceiveOrder: false,
        userDestinationPrefix: '/me',
        userErrorDestination: '/queue/trouble',
        rejections: 'report',
        useGlobalEnhancers: false,
      }),
    ).toEqual({
      endpoints,
      applicationDestinationPrefixes: ['/app'],
      simpleBroker: { ...simpleBroker, userDestinationPrefix: '/me/', pathSeparator: '.' },
      limits: { ...DEFAULT_DECODER_LIMITS, maxBodyBytes: 6 },
      transport: {
        ...transport,
        overflow: undefined,
        inboundRate: {
          framesPerSecond: 13,
          bytesPerSecond: undefined,
          burstSeconds: 10,
          patienceMs: 60_000,
        },
      },
      pathSeparator: '.',
      preserveReceiveOrder: false,
      userDestinationPrefix: '/me/',
      userErrorDestination: '/queue/trouble',
      rejections: 'report',
      useGlobalEnhancers: false,
    });
  });
});
