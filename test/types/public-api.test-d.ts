/*
 * Compiled, never run: what the public types allow, and, at each `@ts-expect-error`, what they must refuse.
 */
import { ParseIntPipe, type DynamicModule, type INestApplication } from '@nestjs/common';
import cookieParser from 'cookie-parser';
import session from 'express-session';
import passport from 'passport';
import { z } from 'zod';
import {
  DestinationVariable,
  firstNativeHeader,
  Header,
  Headers,
  HttpSessionHandshakeInterceptor,
  MessageConversionError,
  MessageControllerAdvice,
  MessageExceptionHandler,
  MessageMapping,
  MessageRejectedError,
  MessagingError,
  MiddlewareHandshakeInterceptor,
  Payload,
  Principal,
  SendTo,
  SessionAttributes,
  snapshotThenLive,
  SimpMessagingTemplate,
  SimpleBroker,
  StompAdapter,
  StompConfigurationError,
  StompCredentials,
  StompMessage,
  StompModule,
  SubscribeMapping,
  withHeaders,
  type ChannelInterceptor,
  type ConvertedPayload,
  type DestinationVariableOptions,
  type HandshakeInfo,
  type HandshakeInterceptor,
  type HandshakeRequest,
  type HeaderOptions,
  type Message,
  type MessageChannel,
  type MessageConverter,
  type MessageHeaders,
  type MessagingErrorCode,
  type PayloadOptions,
  type PayloadType,
  type SendOutcome,
  type SimpMessageType,
  type SimpSession,
  type SnapshotThenLive,
  type SnapshotThenLiveOptions,
  type StompModuleOptions,
  type StompOptionsFactory,
  type StompPrincipal,
  type SubscriptionRegistry,
} from 'nestjs-stomp';

import * as stomp from 'nestjs-stomp';

type IsAny<T> = 0 extends 1 & T ? true : false;
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Expect<T extends true> = T;

/** Whether a function takes or gives an `any`. */
type CallLeaks<T> = T extends (...args: infer Args) => infer Result
  ? true extends IsAny<Result> | { [I in keyof Args]: IsAny<Args[I]> }[number]
    ? true
    : false
  : false;

/** The members of a type that are `any`, or functions that take or give one. */
type Leaks<T> = {
  [K in keyof T]-?: IsAny<T[K]> extends true ? K : CallLeaks<NonNullable<T[K]>> extends true ? K : never;
}[keyof T];

type Clean<T> = Equal<Leaks<T>, never>;

// ---------------------------------------------------------------- no `any` in what users hold in their hands

export type Leakless = [
  Expect<Clean<SimpMessagingTemplate>>,
  Expect<Clean<SimpleBroker>>,
  Expect<Clean<SimpSession>>,
  Expect<Clean<HandshakeInfo>>,
  Expect<Clean<HandshakeRequest>>,
  Expect<Clean<HandshakeInterceptor>>,
  Expect<Clean<MiddlewareHandshakeInterceptor>>,
  Expect<Clean<HttpSessionHandshakeInterceptor>>,
  Expect<Clean<StompPrincipal>>,
  Expect<Clean<StompCredentials>>,
  Expect<Clean<Message>>,
  Expect<Clean<MessageHeaders>>,
  Expect<Clean<MessageChannel>>,
  Expect<Clean<ChannelInterceptor>>,
  Expect<Clean<MessageConverter>>,
  Expect<Clean<ConvertedPayload>>,
  Expect<Clean<SubscriptionRegistry>>,
  Expect<Clean<StompModuleOptions>>,
  Expect<Clean<StompOptionsFactory>>,
  Expect<Clean<StompAdapter>>,
  Expect<Clean<PayloadOptions>>,
  Expect<Clean<HeaderOptions>>,
  Expect<Clean<DestinationVariableOptions>>,
  Expect<Clean<SnapshotThenLive>>,
  Expect<Clean<SnapshotThenLiveOptions<number>>>,
  Expect<Clean<MessagingError>>,
  Expect<Clean<StompConfigurationError>>,
  Expect<Equal<CallLeaks<typeof withHeaders>, false>>,
  Expect<Equal<CallLeaks<typeof firstNativeHeader>, false>>,
  Expect<Equal<CallLeaks<typeof MessageMapping>, false>>,
  Expect<Equal<CallLeaks<typeof SubscribeMapping>, false>>,
  Expect<Equal<CallLeaks<typeof SendTo>, false>>,
  Expect<Equal<CallLeaks<typeof MessageExceptionHandler>, false>>,
  Expect<Equal<CallLeaks<typeof MessageControllerAdvice>, false>>,
  Expect<Equal<CallLeaks<typeof Payload>, false>>,
  Expect<Equal<CallLeaks<typeof Header>, false>>,
  Expect<Equal<CallLeaks<typeof Headers>, false>>,
  Expect<Equal<CallLeaks<typeof DestinationVariable>, false>>,
  Expect<Equal<CallLeaks<typeof SessionAttributes>, false>>,
  Expect<Equal<CallLeaks<typeof snapshotThenLive>, false>>,
  Expect<Equal<CallLeaks<typeof Principal>, false>>,
  Expect<Equal<CallLeaks<typeof StompMessage>, false>>,
];

// The net itself has holes of a known size: it must catch these.
export type TheNetHolds = [
  Expect<Equal<Leaks<{ a: number; b: ReturnType<typeof JSON.parse> }>, 'b'>>,
  Expect<Equal<CallLeaks<typeof JSON.parse>, true>>,
  Expect<Equal<Leaks<{ f: (value: ReturnType<typeof JSON.parse>) => void }>, 'f'>>,
];

export type Shapes = [
  Expect<Equal<Message['payload'], unknown>>,
  Expect<Equal<Message<Uint8Array>['payload'], Uint8Array>>,
  Expect<Equal<MessageHeaders['anything'], unknown>>,
  Expect<Equal<MessageHeaders['simpMessageType'], SimpMessageType>>,
  Expect<Equal<MessagingError['code'], MessagingErrorCode>>,
  Expect<Equal<SendOutcome, 'handled' | 'unhandled' | 'vetoed'>>,
  Expect<Equal<ReturnType<typeof firstNativeHeader>, string | undefined>>,
  Expect<Equal<ReturnType<typeof StompModule.forRoot>, DynamicModule>>,
  Expect<Equal<ReturnType<SimpMessagingTemplate['convertAndSend']>, SendOutcome | Promise<SendOutcome>>>,
];

// ---------------------------------------------------------------- decorators of classes and methods

@MessageMapping()
@MessageMapping('/a', '/b')
@SendTo('/topic/a', '/topic/b')
// @ts-expect-error -- there is no class-level subscribe mapping
@SubscribeMapping('/a')
export class Mappings {
  // @ts-expect-error -- a property cannot handle messages
  @MessageMapping('/property')
  readonly property: string = '';

  @MessageMapping()
  @SubscribeMapping()
  @SendTo()
  bare(): void {}

  @MessageMapping('/x', '/y')
  @SubscribeMapping('/x', '/y')
  @SendTo('/topic/x')
  full(): Promise<string> {
    return Promise.resolve('');
  }

  // @ts-expect-error -- destinations are strings
  @MessageMapping(['/x'])
  list(): void {}

  // @ts-expect-error -- destinations are strings
  @SendTo(7)
  number(): void {}

  // @ts-expect-error -- a decorator of parameters
  @Payload()
  parameterDecorator(): void {}
}

abstract class AbstractController {
  abstract handle(): void;
}

@MessageControllerAdvice()
@MessageControllerAdvice({ controllers: [Mappings, AbstractController] })
// @ts-expect-error -- classes, not names
@MessageControllerAdvice({ controllers: ['Mappings'] })
// @ts-expect-error -- there are no exception handlers of a class as a whole
@MessageExceptionHandler()
export class Advice {
  @MessageExceptionHandler()
  @MessageExceptionHandler(Error, MessagingError, AbstractController)
  failed(_error: Error): void {}

  // @ts-expect-error -- classes, not names
  @MessageExceptionHandler('Error')
  named(): void {}
}

// ---------------------------------------------------------------- decorators of parameters

export class Parameters {
  allowed(
    @Payload() _payload: object,
    @Payload({ required: false }) _optional: object,
    @Payload(ParseIntPipe, new ParseIntPipe()) _piped: number,
    @Payload({ required: false }, ParseIntPipe) _both: number,
    @Header('x') _header: string,
    @Header('x', { required: false }) _optionalHeader: string,
    @Header('x', { defaultValue: '' }, ParseIntPipe) _defaultHeader: number,
    @Headers() _headers: MessageHeaders,
    @DestinationVariable('x') _variable: string,
    @DestinationVariable('x', ParseIntPipe, new ParseIntPipe()) _number: number,
    @DestinationVariable('x', { required: false }) _optionalVariable: string | undefined,
    @DestinationVariable('x', { defaultValue: '1' }, ParseIntPipe) _defaultVariable: number,
    @Payload({ schema: z.object({ a: z.number() }) }) _schema: { a: number },
    @Payload({ required: false, schema: z.string() }, new ParseIntPipe()) _all: number,
    @SessionAttributes() _attributes: Map<string, unknown>,
    @SessionAttributes('cart', new ParseIntPipe()) _attribute: number,
    @Principal() _user: StompPrincipal | null,
    @StompMessage() _message: Message<Uint8Array>,
  ): void {}

  refused(
    // @ts-expect-error -- unknown option
    @Payload({ optional: true }) _payload: object,
    // @ts-expect-error -- a property is for @MessageBody('name')
    @Payload('name') _property: object,
    // @ts-expect-error -- which one?
    @Header() _header: string,
    // @ts-expect-error -- a STOMP header is text
    @Header('x', { defaultValue: 7 }) _default: number,
    // @ts-expect-error -- all or nothing
    @Headers('x') _headers: MessageHeaders,
    // @ts-expect-error -- which one?
    @DestinationVariable() _variable: string,
    // @ts-expect-error -- unknown option
    @DestinationVariable('x', { optional: true }) _optional: string,
    // @ts-expect-error -- one key
    @SessionAttributes(7) _attribute: string,
    // @ts-expect-error -- a schema follows the Standard Schema
    @Payload({ schema: { type: 'object' } }) _schema: object,
    // @ts-expect-error -- not a pipe
    @DestinationVariable('x', String) _converted: string,
  ): void {}
}

// ---------------------------------------------------------------- types of parameters, snapshots

// Types and values: with `import type` the compiler would write Object into the metadata.
export const runTimeTypes: readonly (abstract new () => object)[] = [
  stomp.Message,
  stomp.MessageHeaders,
  stomp.SimpSession,
  stomp.StompPrincipal,
];

export class Principled implements StompPrincipal {
  readonly name = 'joe';
  readonly account = 7;
}

export const literal: Message<string> = {
  payload: '',
  headers: { simpMessageType: 'MESSAGE', nativeHeaders: new Map() },
};

export const snapshots = [
  snapshotThenLive('/topic/a', () => [1]),
  snapshotThenLive('/topic/a', () => Promise.resolve({ version: 1 }), {
    includes: ({ payload, headers }, { version }) =>
      payload.length > version && headers.nativeHeaders.size > 0,
  }),
  // @ts-expect-error -- a function, which is called when the subscription has been made
  snapshotThenLive('/topic/a', [1]),
  snapshotThenLive('/topic/a', () => ({ version: 1 }), {
    // @ts-expect-error -- the snapshot has no such property
    includes: (_message, snapshot) => snapshot.sequence > 0,
  }),
];

export class Snapshots {
  @SubscribeMapping('/a')
  numbers(): SnapshotThenLive<number> {
    return snapshotThenLive('/topic/a', () => 1);
  }
}

// ---------------------------------------------------------------- options

const endpoints = [{ path: '/stomp' }] as const;

export const optionsAllowed = [
  StompModule.forRoot({ endpoints }),
  StompModule.forRoot({ endpoints: [{ path: '/stomp' }], isGlobal: false }),
  StompModule.forRoot({
    endpoints: [{ path: '/stomp', allowedOrigins: ['*'], allowedOriginPatterns: ['https://*:[*]'] }],
    applicationDestinationPrefixes: ['/app'],
    simpleBroker: { destinationPrefixes: ['/topic'], heartbeat: [0, 10_000], clientSend: 'deny' },
    transport: { messageSizeLimit: 1, sendTimeLimit: 1, sendBufferSizeLimit: 1, timeToFirstMessage: 1 },
    interceptors: { clientInbound: [{}], clientOutbound: [{}], broker: [{}] },
    messageConverters: [{ fromMessage: () => undefined, toMessage: () => undefined }],
    pathSeparator: '.',
    preserveReceiveOrder: false,
  }),
  StompModule.forRootAsync({ useFactory: () => ({ endpoints }) }),
  StompModule.forRootAsync({
    useFactory: async (path: string) => ({ endpoints: [{ path }] }),
    inject: ['PATH'],
  }),
];

class Factory implements StompOptionsFactory {
  createStompOptions(): StompModuleOptions {
    return { endpoints };
  }
}

export const factoriesAllowed = [
  StompModule.forRootAsync({ useClass: Factory }),
  StompModule.forRootAsync({ useExisting: Factory }),
];

export const optionsRefused = [
  // @ts-expect-error -- no endpoint
  StompModule.forRoot({}),
  // @ts-expect-error -- no options
  StompModule.forRoot(),
  // @ts-expect-error -- an endpoint is an object
  StompModule.forRoot({ endpoints: ['/stomp'] }),
  // @ts-expect-error -- misspelt
  StompModule.forRoot({ endpoints: [{ path: '/stomp', allowedOrigin: [] }] }),
  // @ts-expect-error -- misspelt
  StompModule.forRoot({ endpoints, applicationDestinationPrefix: ['/app'] }),
  // @ts-expect-error -- a list
  StompModule.forRoot({ endpoints, applicationDestinationPrefixes: '/app' }),
  // @ts-expect-error -- a pair
  StompModule.forRoot({ endpoints, simpleBroker: { heartbeat: [10_000] } }),
  // @ts-expect-error -- one of two words
  StompModule.forRoot({ endpoints, simpleBroker: { clientSend: 'never' } }),
  // @ts-expect-error -- one of two characters
  StompModule.forRoot({ endpoints, pathSeparator: ':' }),
  // @ts-expect-error -- a number
  StompModule.forRoot({ endpoints, transport: { sendTimeLimit: '10s' } }),
  // @ts-expect-error -- lists by channel
  StompModule.forRoot({ endpoints, interceptors: [] }),
  // @ts-expect-error -- not what `forRoot` takes
  StompModule.forRootAsync({ useFactory: () => ({ endpoint: '/stomp' }) }),
];

// ---------------------------------------------------------------- handshakes

export const handshakesAllowed: readonly HandshakeInterceptor[] = [
  { beforeHandshake: () => undefined },
  { beforeHandshake: async ({ query }) => query.has('token') },
  {
    beforeHandshake: (handshake) => void (handshake.user = { name: 'joe' }),
    afterHandshake: () => undefined,
  },
  new MiddlewareHandshakeInterceptor(
    cookieParser(),
    session({ secret: '' }),
    passport.initialize(),
    passport.session(),
    (request, response, next) => (response.hasHeader('x') ? next(new Error('x')) : next(request.url)),
  ),
  new HttpSessionHandshakeInterceptor({ attributeNames: ['cart'], copyHttpSessionId: false }),
];

export const handshakesRefused: readonly HandshakeInterceptor[] = [
  // @ts-expect-error -- a yes or a no
  { beforeHandshake: () => 'yes' },
  // @ts-expect-error -- without it, nothing is intercepted
  { afterHandshake: () => undefined },
  // @ts-expect-error -- a principal has a name
  { beforeHandshake: (handshake) => void (handshake.user = { id: 7 }) },
  // @ts-expect-error -- each as an argument
  new MiddlewareHandshakeInterceptor([cookieParser()]),
];

// ---------------------------------------------------------------- interceptors, converters, services

export const naming: ChannelInterceptor = {
  preSend: (message) => withHeaders(message, { simpUser: { name: 'joe' }, custom: 7 }),
};

export const asynchronous: ChannelInterceptor = {
  preSend: async (message, channel) => (channel.name === 'brokerChannel' ? null : message),
};

export const forgetful: ChannelInterceptor = {
  // @ts-expect-error -- a message or null, never by accident nothing
  preSend: () => undefined,
};

export const immutable: ChannelInterceptor = {
  preSend: (message) => {
    // @ts-expect-error -- messages are immutable
    message.headers.simpDestination = '/topic/other';
    // @ts-expect-error -- messages are immutable
    message.payload = 'other';
    return message;
  },
};

export const nameless: ChannelInterceptor = {
  // @ts-expect-error -- a principal has a name
  preSend: (message) => withHeaders(message, { simpUser: { login: 'joe' } }),
};

export const converter: MessageConverter = {
  fromMessage: ({ payload }, target: PayloadType) =>
    target === Map ? new Map([[payload.length, 1]]) : undefined,
  toMessage: (payload, contentType) =>
    payload instanceof Map ? { payload: new Uint8Array(), contentType: contentType ?? 'x/map' } : undefined,
};

export function sending(template: SimpMessagingTemplate): void {
  void template.convertAndSend('/topic/a', { a: 1 });
  void template.convertAndSend('/topic/a', 'text', { 'x-n': 7, 'x-b': true, none: null, missing: undefined });
  // @ts-expect-error -- a payload is needed
  void template.convertAndSend('/topic/a');
  // @ts-expect-error -- a header is a scalar
  void template.convertAndSend('/topic/a', 'text', { list: ['a'] });
  // @ts-expect-error -- a prepared message has bytes
  void template.send({ payload: 'text', headers: { simpMessageType: 'MESSAGE', nativeHeaders: new Map() } });
}

export const errors = [
  new MessageRejectedError('text', { cause: new Error('reason') }),
  new MessageConversionError('text'),
  // @ts-expect-error -- codes are a closed set
  new MessagingError('STOMP_ERR_SURPRISE', 'text'),
];

export function adapting(app: INestApplication): void {
  app.useWebSocketAdapter(new StompAdapter(app));
  // @ts-expect-error -- an adapter needs the application
  app.useWebSocketAdapter(new StompAdapter());
  // @ts-expect-error -- not an adapter
  app.useWebSocketAdapter(new StompAdapter(app, { gateways: {} }));
}
