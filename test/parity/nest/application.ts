import { authorizeMessages, type StompModuleOptions } from 'nestjs-stomp';
import { startTestApp } from '../../support/test-app.js';
import type { Variant } from '../scenario.js';
import { ArgumentController } from './argument.controller.js';
import { ClassLevelSendToUserController } from './class-level-send-to-user.controller.js';
import { ClassLevelSendToController } from './class-level-send-to.controller.js';
import { DotController } from './dot.controller.js';
import { FailingController } from './failing.controller.js';
import { FailureAdvice } from './failure.advice.js';
import { GuardedController } from './guarded.controller.js';
import {
  InboundInterceptor,
  OutboundInterceptor,
  QueryHandshakeInterceptor,
  QueryInterceptor,
} from './interceptors.js';
import { MappingController } from './mapping.controller.js';
import { ObservationController } from './observation.controller.js';
import { PayloadController } from './payload.controller.js';
import { ResultController } from './result.controller.js';
import { ReversedMessageConverter } from './reversed-message-converter.js';
import { SubscribeController } from './subscribe.controller.js';
import { SyncController } from './sync.controller.js';
import { TemplateController } from './template.controller.js';
import { TypeLevelController } from './type-level.controller.js';
import { UserController } from './user.controller.js';

const CONTROLLERS = [
  ArgumentController,
  ClassLevelSendToController,
  ClassLevelSendToUserController,
  DotController,
  FailingController,
  GuardedController,
  MappingController,
  ObservationController,
  PayloadController,
  ResultController,
  SubscribeController,
  SyncController,
  TemplateController,
  TypeLevelController,
  UserController,
];

const BROKER = { destinationPrefixes: ['/topic', '/queue'], heartbeat: [0, 0] } as const;

/** What differs from the default application. Spring's defaults where those of this module are others: no heart-beats. */
const OPTIONS: Readonly<Record<Variant, Partial<StompModuleOptions>>> = {
  default: {},
  dots: { pathSeparator: '.' },
  'fast-heartbeats': { simpleBroker: { ...BROKER, heartbeat: [100, 100] } },
  heartbeats: { simpleBroker: { ...BROKER, heartbeat: [10_000, 10_000] } },
  interceptors: {
    interceptors: { clientInbound: [new InboundInterceptor()], clientOutbound: [new OutboundInterceptor()] },
  },
  limits: { transport: { messageSizeLimit: 1024 } },
  prefixes: {
    applicationDestinationPrefixes: ['/app', '/api'],
    simpleBroker: { ...BROKER, destinationPrefixes: ['/events', '/queue'] },
    userDestinationPrefix: '/me',
  },
  security: {
    authorization: authorizeMessages((messages) =>
      messages
        .simpTypeMatchers('CONNECT')
        .permitAll()
        .simpSubscribeDestMatchers('/topic/public/**')
        .permitAll()
        .simpSubscribeDestMatchers('/topic/of/{name}')
        .access(({ user, variables }) => user?.name === variables.get('name'))
        .simpDestMatchers('/app/admin/**')
        .hasRole('ADMIN')
        .simpDestMatchers('/app/staff/**')
        .hasAnyRole('ADMIN', 'CLERK')
        .simpDestMatchers('/app/guest')
        .anonymous()
        .simpMessageDestMatchers('/topic/**', '/queue/**')
        .denyAll()
        .simpSubscribeDestMatchers('/topic/secret/**')
        .hasRole('ADMIN')
        .simpSubscribeDestMatchers('/topic/**', '/user/queue/**')
        .authenticated()
        .simpDestMatchers('/app/parity.sync')
        .permitAll()
        .simpDestMatchers('/app/**')
        .authenticated()
        .nullDestMatcher()
        .permitAll(),
    ),
  },
  selectors: { simpleBroker: { ...BROKER, selectorHeaderName: 'selector' } },
};

/**
 * The application of `spring/`, written for Nest.
 *
 * @returns its address, such as `127.0.0.1:8080`
 */
export async function startParityApplication(variant: Variant): Promise<string> {
  const user = new QueryHandshakeInterceptor();
  const { port } = await startTestApp({
    controllers: CONTROLLERS,
    providers: [FailureAdvice],
    stomp: {
      endpoints: [
        { path: '/stomp', allowedOriginPatterns: ['*'], handshakeInterceptors: [user] },
        { path: '/same-origin', handshakeInterceptors: [user] },
        { path: '/listed', allowedOrigins: ['https://allowed.example'], handshakeInterceptors: [user] },
        {
          path: '/intercepted',
          allowedOriginPatterns: ['*'],
          handshakeInterceptors: [user, new QueryInterceptor()],
        },
      ],
      simpleBroker: BROKER,
      messageConverters: [new ReversedMessageConverter()],
      ...OPTIONS[variant],
    },
  });
  return `127.0.0.1:${port}`;
}
