import { isPromise, type MaybePromise } from '../messaging/maybe-promise.js';
import type { Message, MessageHeaders, UserElsewhere } from '../messaging/message.js';
import type { MessageHandler, SendOutcome } from '../messaging/message-channel.js';
import { MessageRejectedError } from '../messaging/messaging-error.js';
import type { MessagingLogger } from '../messaging/messaging-logger.js';
import { quoteForLog } from '../messaging/quoted-text.js';
import type { SubscribableChannel } from '../messaging/subscribable-channel.js';
import type { UserDestination, UserDestinationResolver } from './user-destination-resolver.js';

/** The other nodes of a cluster, where users may be connected, too. */
export interface UserCluster {
  /** @throws ClusterError for a translated message that cannot be sent there, before anybody here gets it */
  requireSendable(message: Message<Uint8Array>, elsewhere: UserElsewhere): void;
  /**
   * Sends a translated message to whom it is for, wherever that is.
   *
   * @returns for one that asks for a receipt, resolved when it has left
   * @throws ClusterError for what cannot be sent there
   */
  sendToUser(message: Message<Uint8Array>, elsewhere: UserElsewhere): Promise<void> | undefined;
  /** Whether somebody is there, as far as this node knows. */
  isThere(elsewhere: UserElsewhere): boolean;
}

/** The way to the same user's sessions on other nodes. */
export interface UserDestinationBroadcast {
  /**
   * Gives a message for `/user/{name}/…` to all other nodes.
   *
   * @returns whether somebody has taken it
   */
  publish(message: Message): MaybePromise<boolean>;
}

/**
 * Translates messages for user destinations and sends them on to `brokerChannel`, where a broker finds in
 * `simpUserSessionIds` whose private destination is meant.
 */
export class UserDestinationMessageHandler implements MessageHandler {
  readonly #leaveChannels: (() => void)[] = [];

  /**
   * @param errorDestination where the server tells of failures, behind the prefix: clients may not tell each other of any
   * @param clientSend whether clients may SEND to users and so pass the application by
   * @param broadcast `undefined` when there are no other nodes
   */
  constructor(
    private readonly inbound: SubscribableChannel,
    private readonly brokerChannel: SubscribableChannel,
    private readonly resolver: UserDestinationResolver,
    private readonly errorDestination: string,
    private readonly clientSend: 'allow' | 'deny',
    private readonly logger: MessagingLogger,
    private readonly cluster?: UserCluster,
    private readonly broadcast?: UserDestinationBroadcast,
  ) {}

  start(): void {
    if (this.#leaveChannels.length > 0) return;
    this.#leaveChannels.push(
      this.inbound.subscribe({
        handleMessage: (message) => this.#handleClientMessage(message),
        checkMessage: (message) => {
          if (message.headers.simpMessageType !== 'MESSAGE') return;
          const destination = this.resolver.resolve(message);
          if (destination === undefined) return;
          this.#requireSendable(destination);
          this.#requireCarried(translated(message, destination, this.cluster && destination.elsewhere));
        },
      }),
      this.brokerChannel.subscribe(this),
    );
  }

  stop(): void {
    for (const leave of this.#leaveChannels.splice(0)) leave();
  }

  /**
   * What the application sends to a user, or subscribes a session to.
   *
   * @returns whether a subscription got it
   */
  handleMessage(message: Message): MaybePromise<boolean> {
    // Translated already: what it is called now may look like a user destination again.
    if (message.headers.simpUserSessionIds !== undefined) return this.#sendElsewhere(message);
    const destination = this.resolver.resolve(message);
    return destination !== undefined && this.#passToAll(message, destination);
  }

  /** What another node has published for a user: it is for sessions of this one, and goes nowhere else. */
  handleBroadcast(message: Message): MaybePromise<boolean> {
    const destination = this.resolver.resolve(message);
    return destination !== undefined && this.#pass(message, destination);
  }

  /** Here, where interceptors have seen what becomes of it, and not where it was translated. */
  #sendElsewhere(message: Message): MaybePromise<boolean> {
    const { cluster } = this;
    const { simpUserElsewhere: elsewhere } = message.headers;
    if (elsewhere === undefined || cluster === undefined || !hasBytes(message)) return false;
    const left = cluster.sendToUser(message, elsewhere);
    return left === undefined ? cluster.isThere(elsewhere) : left.then(() => cluster.isThere(elsewhere));
  }

  #handleClientMessage(message: Message): MaybePromise<boolean> {
    const destination = this.resolver.resolve(message);
    if (destination === undefined) return false;
    if (message.headers.simpMessageType === 'SUBSCRIBE') return this.#pass(message, destination);
    this.#requireSendable(destination);
    // A client learns nothing of who is connected: its message counts as taken either way.
    const passed = this.#passToAll(message, destination);
    return isPromise(passed) ? passed.then(() => true) : true;
  }

  /** @throws MessageRejectedError when clients may not send there */
  #requireSendable(destination: UserDestination): void {
    if (this.clientSend === 'deny') {
      throw new MessageRejectedError('Clients may not send to user destinations');
    }
    if (destination.target === this.errorDestination) {
      throw new MessageRejectedError('Only the server tells of failures');
    }
  }

  #passToAll(message: Message, destination: UserDestination): MaybePromise<boolean> {
    const { broadcast } = this;
    const { elsewhere } = destination;
    // What is for one session that is not here is for nobody else: the others would give it to all of the user's.
    if (broadcast === undefined || elsewhere === undefined || elsewhere.sessionId !== undefined)
      return this.#pass(message, destination);
    const here = this.#pass(message, destination);
    if (isPromise(here)) return here.then((isTaken) => this.#passOn(message, isTaken, broadcast));
    return this.#passOn(message, here, broadcast);
  }

  /** Sessions here have had it: that others cannot be reached is a failure only if nobody could. */
  #passOn(message: Message, isTaken: boolean, broadcast: UserDestinationBroadcast): MaybePromise<boolean> {
    const failed = (error: unknown): boolean => {
      if (!isTaken) throw error;
      this.logger.warn(`A message for a user did not get to other nodes. ${String(error)}`);
      return true;
    };
    try {
      const sent = broadcast.publish(message);
      return isPromise(sent) ? sent.catch(failed) : sent || isTaken;
    } catch (error) {
      return failed(error);
    }
  }

  /** @throws ClusterError when the other nodes cannot be sent it */
  #requireCarried(message: Message): void {
    const { simpUserElsewhere: elsewhere } = message.headers;
    if (elsewhere !== undefined && hasBytes(message)) this.cluster?.requireSendable(message, elsewhere);
  }

  #pass(message: Message, destination: UserDestination): MaybePromise<boolean> {
    const { sessionIds, elsewhere } = destination;
    const { simpMessageType, simpDestination = '' } = message.headers;
    const isElsewhere = elsewhere !== undefined && this.cluster !== undefined;
    const settle = (outcome: SendOutcome): boolean => {
      if (outcome === 'handled') return true;
      const why = sessionIds.length === 0 ? 'the user is not connected' : 'no broker or subscription has it';
      // Other nodes tell of their users a moment late, or not at all, so somebody may have got it there.
      const isAlone = !isElsewhere && this.broadcast === undefined;
      const who = isAlone ? 'nobody' : 'nobody on this node';
      this.logger.debug(`${simpMessageType} to ${quoteForLog(simpDestination)} reached ${who}: ${why}`);
      return false;
    };
    if (sessionIds.length === 0 && !isElsewhere) return settle('unhandled');
    const meant = translated(message, destination, isElsewhere ? elsewhere : undefined);
    this.#requireCarried(meant);
    const sent = this.brokerChannel.send(meant);
    return isPromise(sent) ? sent.then(settle) : settle(sent);
  }
}

/** A message as the broker is sent it. */
function translated(
  { payload, headers: { ...headers } }: Message,
  { target, subscribed, sessionIds }: UserDestination,
  elsewhere: UserElsewhere | undefined,
): Message {
  // Assigned one by one: to replace headers within a literal takes V8 several times as long.
  const changed: { -readonly [K in keyof MessageHeaders]: MessageHeaders[K] } = headers;
  changed.simpDestination = target;
  changed.simpOrigDestination = subscribed;
  changed.simpUserSessionIds = sessionIds;
  if (elsewhere !== undefined) changed.simpUserElsewhere = elsewhere;
  return { payload, headers: changed };
}

function hasBytes(message: Message): message is Message<Uint8Array> {
  return message.payload instanceof Uint8Array;
}
