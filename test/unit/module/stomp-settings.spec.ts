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
        queuePrefixes: [],
        acknowledgement: {
          prefetch: 1000,
          unacknowledgedLimit: 10_000,
          unacknowledgedBytesLimit: 8 * 1024 * 1024,
          maxDeliveries: 5,
          ackTimeoutMs: 0,
        },
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
        transactionLimits: { transactions: 16, frames: 1024, bytes: 8 * 1024 * 1024 },
        overflow: undefined,
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
      queuePrefixes: ['/topic/jobs'],
    };
    const acknowledgement = {
      prefetch: 7,
      unacknowledgedLimit: 8,
      unacknowledgedBytesLimit: 9,
      maxDeliveries: 10,
      ackTimeoutMs: 11,
      deadLetterDestination: '/topic/dead',
    };
    expect(
      stompSettings({
        endpoints,
        applicationDestinationPrefixes: ['/app'],
        simpleBroker: { ...simpleBroker, ...acknowledgement },
        transport: {
          ...transport,
          messageSizeLimit: 6,
          inboundRate: { framesPerSecond: 13 },
          maxTransactions: 12,
          maxTransactionFrames: 13,
          transactionSizeLimit: 14,
        },
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
      simpleBroker: { ...simpleBroker, acknowledgement, userDestinationPrefix: '/me/', pathSeparator: '.' },
      limits: { ...DEFAULT_DECODER_LIMITS, maxBodyBytes: 6 },
      transport: {
        ...transport,
        transactionLimits: { transactions: 12, frames: 13, bytes: 14 },
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
      statsLogIntervalMs: 7,
    });
  });
});
