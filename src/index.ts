export { BeforeSubscribe } from './annotation/before-subscribe.decorator.js';
export { EventListener } from './annotation/event-listener.decorator.js';
export {
  Header,
  Headers,
  Payload,
  Principal,
  DestinationVariable,
  StompMessage,
} from './annotation/parameter.decorators.js';
export type {
  DestinationVariableOptions,
  HeaderOptions,
  PayloadOptions,
} from './annotation/parameter.decorators.js';
export type { ExceptionType } from './annotation/exception-handler-method.js';
export { MessageControllerAdvice } from './annotation/message-controller-advice.decorator.js';
export type { MessageControllerAdviceOptions } from './annotation/message-controller-advice.decorator.js';
export { MessageExceptionHandler } from './annotation/message-exception-handler.decorator.js';
export { MessageMapping } from './annotation/message-mapping.decorator.js';
export { SendTo } from './annotation/send-to.decorator.js';
export { SendToUser } from './annotation/send-to-user.decorator.js';
export type { SendToUserDecoratorOptions } from './annotation/send-to-user.decorator.js';
export { SessionAttributes } from './annotation/session-attributes.decorator.js';
export { snapshotThenLive } from './annotation/snapshot-then-live.js';
export type { SnapshotThenLive, SnapshotThenLiveOptions } from './annotation/snapshot-then-live.js';
export { SubscribeMapping } from './annotation/subscribe-mapping.decorator.js';
export { WebSocketScope } from './annotation/web-socket-scope.js';
export { WebSocketScoped } from './annotation/web-socket-scoped.decorator.js';
export {
  ClusterBusError,
  type ClusterBus,
  type ClusterBusConnection,
  type ClusterBusErrorCode,
  type ClusterBusListener,
} from './broker/cluster/cluster-bus.js';
export { ClusterError } from './broker/cluster/cluster-error.js';
export type { ClusterNode } from './broker/cluster/cluster-nodes.js';
export { SimpleBrokerCluster } from './broker/cluster/simple-broker-cluster.js';
export { MessageBrokerError } from './broker/relay/broker-error.js';
export { StompBrokerRelay } from './broker/relay/stomp-broker-relay.js';
export { SimpleBroker } from './broker/simple-broker.js';
export type { SubscriptionRegistry } from './broker/subscription-registry.js';
export type { ChannelInterceptor } from './messaging/channel-interceptor.js';
export type { Receiver } from './messaging/client-outbound-channel.js';
export type { ConvertedPayload, MessageConverter, PayloadType } from './messaging/message-converter.js';
export type { MessageChannel, SendOutcome } from './messaging/message-channel.js';
export { firstNativeHeader, withHeaders } from './messaging/message.js';
export type { SimpMessageType, UserElsewhere } from './messaging/message.js';
export {
  MessageConversionError,
  MessageDeliveryError,
  MessageHandlingError,
  MessageRejectedError,
  MessagingError,
} from './messaging/messaging-error.js';
export type { MessagingErrorCode } from './messaging/messaging-error.js';
export type { NativeHeaders } from './messaging/native-headers.js';
export { Message, MessageHeaders, SimpSession, StompPrincipal } from './messaging/run-time-types.js';
export type { HandshakeInfo } from './messaging/simp-session.js';
export { SimpMessagingTemplate } from './messaging/simp-messaging-template.js';
export type { SendHeaders, SendToUserOptions } from './messaging/simp-messaging-template.js';
export type { BrokerRelayOptions, SharedSubscriptionsOptions } from './module/broker-relay-options.js';
export type { ClusterOptions } from './module/cluster-options.js';
export type { EventEmitterLike } from './module/event-emitter-bridge.js';
export { StompConfigurationError } from './module/stomp-configuration-error.js';
export { StompEvents } from './module/stomp-events.js';
export { StompStats } from './module/stomp-stats.js';
export type { BrokerRelayStats, ClusterStats, StompStatsSnapshot } from './module/stomp-stats.js';
export { StompModule } from './module/stomp.module.js';
export type {
  InterceptorOptions,
  SimpleBrokerOptions,
  StompEndpointOptions,
  StompModuleOptions,
  StompOptionsFactory,
} from './module/stomp-module-options.js';
export type {
  DrainOptions,
  InboundRateOptions,
  OverflowRule,
  TransportOptions,
} from './module/transport-options.js';
export type { FailureReport, RejectionPolicy } from './session/frame-failure.js';
export { authorizeMessages } from './security/authorize-messages.js';
export type { AuthorizationConstraint } from './security/authorization-constraint.js';
export type { AccessFunction, AuthorizationContext } from './security/authorization-outcome.js';
export type { MessageAuthorizationBuilder } from './security/message-authorization-builder.js';
export type { MessageAuthorizationRules } from './security/message-authorization-rules.js';
export type { ConnectAttempt, StompAuthenticator } from './security/stomp-authenticator.js';
export type { CloseCause } from './session/close-cause.js';
export { StompCredentials } from './session/stomp-credentials.js';
export {
  BrokerAvailabilityEvent,
  ClusterAvailabilityEvent,
  ClusterNodeEvent,
  SessionConnectedEvent,
  SessionConnectEvent,
  SessionDisconnectEvent,
  SessionEvent,
  SessionSubscribedEvent,
  SessionSubscribeEvent,
  SessionUnsubscribedEvent,
  SessionUnsubscribeEvent,
} from './session/stomp-event.js';
export type { CloseStatus, StompEvent } from './session/stomp-event.js';
export { SimpUserRegistry } from './user/simp-user-registry.js';
export type {
  DisconnectOptions,
  SimpSubscription,
  SimpUser,
  SimpUserSession,
} from './user/simp-user-registry.js';
export type { HandshakeInterceptor, HandshakeRequest } from './websocket/handshake-interceptor.js';
export { HttpSessionHandshakeInterceptor } from './websocket/http-session-handshake-interceptor.js';
export type { HttpSessionOptions } from './websocket/http-session-handshake-interceptor.js';
export { MiddlewareHandshakeInterceptor } from './websocket/middleware-handshake-interceptor.js';
export type { HandshakeMiddleware } from './websocket/middleware-handshake-interceptor.js';
export { StompAdapter } from './websocket/stomp-adapter.js';
export type { StompAdapterOptions } from './websocket/stomp-adapter.js';
export { StompServer } from './websocket/stomp-server.js';
export type { OverflowPolicy } from './websocket/overflow-queue.js';
