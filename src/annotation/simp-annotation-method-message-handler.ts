import { Logger } from '@nestjs/common';
import type { CompositeMessageConverter } from '../messaging/composite-message-converter.js';
import type { DestinationSeparator } from '../messaging/destination/destination-pattern.js';
import { isPromise, type MaybePromise } from '../messaging/maybe-promise.js';
import { firstNativeHeader, type Message, type MessageHeaders } from '../messaging/message.js';
import type { MessageChannel, MessageHandler } from '../messaging/message-channel.js';
import { MessageConversionError, MessageHandlingError } from '../messaging/messaging-error.js';
import { quoteForLog } from '../messaging/quoted-text.js';
import type { SubscribableChannel } from '../messaging/subscribable-channel.js';
import { textOfThrown } from '../messaging/thrown-text.js';
import { clientTextOf, isMeantForClient } from './client-text.js';
import { ExceptionHandling } from './exception-handling.js';
import { UnreadablePayload } from './handler-argument.js';
import { HandlerFailureLog } from './handler-failure-log.js';
import { HandlerInvocation } from './handler-invocation.js';
import type { HandlerMethod } from './handler-method.js';
import { observed, type HandlerCounts, type HandlerObserver } from './handler-observer.js';
import { type HandlerMatch, HandlerMethodRegistry } from './handler-method-registry.js';
import { LiveSubscriber } from './live-subscriber.js';
import { ResultSenders } from './result-sender.js';
import { ResultStreams } from './result-streams.js';
import type { ReportFailure } from './stream-failure.js';

/** Where annotated methods are looked for, and where their results go by default. */
export interface AnnotationSettings {
  /** Destinations that belong to the application; none means all of them. */
  readonly applicationDestinationPrefixes: readonly string[];
  readonly pathSeparator: DestinationSeparator;
  /** With its final slash. */
  readonly userDestinationPrefix: string;
  /** Where exception handlers answer, behind the prefix. */
  readonly userErrorDestination: string;
}

/**
 * Takes messages for the application from `clientInboundChannel` to annotated methods, and what these return to
 * `brokerChannel`, or, for subscriptions, straight to `clientOutboundChannel`.
 */
export class SimpAnnotationMethodMessageHandler implements MessageHandler {
  readonly #logger = new Logger('StompMessageHandler');
  readonly #registry = new HandlerMethodRegistry();
  readonly #streams = new ResultStreams();
  readonly #senders: ResultSenders;
  readonly #exceptions: ExceptionHandling;
  readonly #failures: HandlerFailureLog;
  readonly #prefixes: readonly string[];
  readonly #leaveChannel: (() => void)[] = [];
  readonly #observers: HandlerObserver[] = [];

  /**
   * @param reportFailure called for a stream that fails when its frame has been answered already
   * @param now milliseconds on a monotonic clock
   */
  constructor(
    private readonly inbound: SubscribableChannel,
    outbound: MessageChannel,
    broker: MessageChannel,
    private readonly converter: CompositeMessageConverter,
    private readonly settings: AnnotationSettings,
    private readonly reportFailure: ReportFailure,
    now: () => number,
    private readonly counts: HandlerCounts = { handlerCalls: 0, handlerFailures: 0 },
  ) {
    const { userDestinationPrefix, userErrorDestination } = settings;
    const live = new LiveSubscriber(broker, converter, (session) => this.#streams.hasEnded(session));
    this.#senders = new ResultSenders(
      outbound,
      broker,
      converter,
      userDestinationPrefix,
      userErrorDestination,
      live,
    );
    this.#failures = new HandlerFailureLog(this.#logger, now);
    this.#exceptions = new ExceptionHandling(
      this.#senders,
      (method, message) => this.#payloadFor(method, message),
      this.#failures,
    );
    this.#prefixes = settings.applicationDestinationPrefixes.map((prefix) =>
      prefix.endsWith('/') ? prefix : `${prefix}/`,
    );
  }

  get handlers(): readonly HandlerMethod[] {
    return this.#registry.handlers;
  }

  /** Streams are running for so many sessions. */
  get streamingSessionCount(): number {
    return this.#streams.sessionCount;
  }

  /** @throws Error when another handler has the same mapping */
  register(handler: HandlerMethod): void {
    this.#registry.register(handler);
  }

  /** Has an observer around every call from now on. */
  observe(observer: HandlerObserver): void {
    this.#observers.push(observer);
  }

  start(): void {
    if (this.#leaveChannel.length > 0) return;
    this.#leaveChannel.push(
      this.inbound.subscribe(this),
      // The streams of who has left must end, even if an interceptor stops the DISCONNECT or UNSUBSCRIBE.
      this.inbound.onUnsent(({ headers }) => {
        const { simpMessageType, simpSessionId = '', simpSubscriptionId } = headers;
        if (simpMessageType === 'DISCONNECT') this.#endSession(headers);
        else if (simpMessageType === 'UNSUBSCRIBE') this.#streams.stop(simpSessionId, simpSubscriptionId);
      }),
    );
  }

  stop(): void {
    for (const leave of this.#leaveChannel.splice(0)) leave();
  }

  handleMessage(message: Message): MaybePromise<boolean> {
    const { simpMessageType, simpSessionId = '', simpSubscriptionId } = message.headers;
    switch (simpMessageType) {
      case 'MESSAGE':
      case 'SUBSCRIBE':
        return this.#handle(simpMessageType, message);
      case 'UNSUBSCRIBE':
        this.#streams.stop(simpSessionId, simpSubscriptionId);
        return false;
      case 'DISCONNECT':
        this.#endSession(message.headers);
        return false;
      default:
        return false;
    }
  }

  #endSession({ simpSessionId = '', simpSession }: MessageHeaders): void {
    this.#streams.end(simpSessionId, simpSession);
  }

  #handle(kind: 'MESSAGE' | 'SUBSCRIBE', message: Message): MaybePromise<boolean> {
    const lookupDestination = this.#lookupDestination(message.headers.simpDestination ?? '');
    if (lookupDestination === undefined) return false;
    const match = this.#find(kind, lookupDestination, message);
    if (match === undefined) return false;
    this.counts.handlerCalls++;
    if (this.#observers.length === 0) return this.#call(match, message, lookupDestination);
    const call = { handler: match.handler, message };
    return observed(this.#observers, call, async () => this.#call(match, message, lookupDestination));
  }

  #find(
    kind: 'MESSAGE' | 'SUBSCRIBE',
    lookupDestination: string,
    message: Message,
  ): HandlerMatch | undefined {
    try {
      return this.#registry.find(kind, lookupDestination);
    } catch (error) {
      throw this.#failure(error, 'The mapping', message);
    }
  }

  #call(match: HandlerMatch, original: Message, lookupDestination: string): MaybePromise<boolean> {
    const { handler, variables } = match;
    // Not withHeaders: both have their place in what a client sends, so that a spread is the fastest way here.
    const message: Message = {
      payload: original.payload,
      headers: { ...original.headers, lookupDestination, destinationVariables: variables },
    };
    const invocation = new HandlerInvocation(
      message,
      this.#senders.forHandler(handler.destinations, message, variables),
      this.#streams,
      (thrown) => this.#exceptions.handle(match, message, thrown),
    );
    const finished = handler.call(
      message.headers.simpSession,
      this.#payloadFor(handler, message),
      message,
      invocation,
    );
    return isPromise(finished) ? this.#finish(finished, invocation, handler, message) : true;
  }

  async #finish(
    finished: Promise<unknown>,
    invocation: HandlerInvocation,
    handler: HandlerMethod,
    message: Message,
  ): Promise<boolean> {
    try {
      await Promise.race([finished, invocation.streaming]);
    } catch (error) {
      throw this.#failure(error, handler.name, message);
    }
    // What happens to a stream later has no frame to answer any more.
    finished.catch((error: unknown) =>
      this.#reportStream(this.#failure(error, handler.name, message), message),
    );
    return true;
  }

  async #reportStream({ code, message: text }: MessageHandlingError, message: Message): Promise<void> {
    const { simpMessageType, simpDestination, simpSession } = message.headers;
    if (simpSession === undefined) return;
    const command = simpMessageType === 'SUBSCRIBE' ? 'SUBSCRIBE' : 'SEND';
    const subscription = command === 'SUBSCRIBE' ? firstNativeHeader(message, 'id') : undefined;
    const destination = simpDestination;
    try {
      await this.reportFailure(simpSession, { code, message: text, command, destination, subscription });
    } catch (error) {
      this.#logger.error(`Session ${simpSession.id} was not told of a failure. ${textOfThrown(error)}`);
    }
  }

  #payloadFor({ payload }: Pick<HandlerMethod, 'payload'>, message: Message): unknown {
    if (payload === undefined) return message.payload;
    const bytes = message.payload as Uint8Array;
    try {
      if (bytes.length > 0) return this.converter.fromMessage(message as Message<Uint8Array>, payload.type);
      if (!payload.required) return undefined;
      throw new MessageConversionError('Payload value must not be empty');
    } catch (error) {
      return new UnreadablePayload(error);
    }
  }

  #lookupDestination(destination: string): string | undefined {
    if (this.#prefixes.length === 0) return destination;
    const prefix = this.#prefixes.find((candidate) => destination.startsWith(candidate));
    if (prefix === undefined) return undefined;
    return destination.slice(this.settings.pathSeparator === '/' ? prefix.length - 1 : prefix.length);
  }

  /** One entry for a failure that no exception filter took; the client learns only what was meant for it. */
  #failure(error: unknown, name: string, { headers }: Message): MessageHandlingError {
    this.counts.handlerFailures++;
    const { simpMessageType, simpDestination = '', simpSessionId, simpSession } = headers;
    const text =
      `${name} failed for ${simpMessageType} ${quoteForLog(simpDestination)} ` +
      `of session ${simpSessionId}. ${clientTextOf(error, error instanceof Error ? error.message : textOfThrown(error))}`;
    this.#failures.failed(
      isMeantForClient(error)
        ? { level: 'warn', text: `${text}${error.cause instanceof Error ? ` (${error.cause.message})` : ''}` }
        : { level: 'error', text, stack: error instanceof Error ? error.stack : undefined },
      simpSession,
    );
    return new MessageHandlingError(clientTextOf(error, 'The message could not be handled'), {
      cause: error,
    });
  }
}
