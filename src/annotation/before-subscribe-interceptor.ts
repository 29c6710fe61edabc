import { lastValueFrom, take, type Observable } from 'rxjs';
import type { ChannelInterceptor } from '../messaging/channel-interceptor.js';
import { CLIENT_PATTERN_LIMITS } from '../messaging/destination/destination-pattern-limits.js';
import { covers, mayIntersect } from '../messaging/destination/destination-pattern-relations.js';
import {
  DestinationPattern,
  type DestinationSeparator,
  NO_VARIABLES,
} from '../messaging/destination/destination-pattern.js';
import type { MaybePromise } from '../messaging/maybe-promise.js';
import { withHeaders, type Message } from '../messaging/message.js';
import { isStompError, MessageRejectedError } from '../messaging/messaging-error.js';
import { RefusalReason } from '../messaging/refusal-reason.js';
import type { SubscriptionCheck } from './before-subscribe-explorer.js';
import { clientTextOf, isMeantForClient } from './client-text.js';
import type { HandlerResults } from './handler-context.js';

/** One check that is about a subscription. */
interface Concern {
  readonly check: SubscriptionCheck;
  readonly variables: ReadonlyMap<string, string>;
}

/** Stands last on `clientInboundChannel` and asks the methods with `@BeforeSubscribe`. */
export class BeforeSubscribeInterceptor implements ChannelInterceptor {
  constructor(
    private readonly checks: readonly SubscriptionCheck[],
    private readonly separator: DestinationSeparator,
  ) {}

  preSend(message: Message): MaybePromise<Message> {
    const { simpMessageType, simpDestination } = message.headers;
    if (simpMessageType !== 'SUBSCRIBE' || simpDestination === undefined) return message;
    const concerns = this.#concernsOf(simpDestination);
    return concerns.length === 0 ? message : ask(concerns, message);
  }

  /**
   * A subscription with wildcards is for many destinations, and the methods of handlers take the same text as a name, so
   * it is judged as both.
   */
  #concernsOf(destination: string): readonly Concern[] {
    const subscribed = DestinationPattern.compile(destination, {
      separator: this.separator,
      limits: CLIENT_PATTERN_LIMITS,
    });
    const concerns: Concern[] = [];
    for (const check of this.checks) {
      for (const pattern of check.patterns) {
        const variables = pattern.match(destination);
        if (variables !== undefined) concerns.push({ check, variables });
        else if (subscribed.isPattern && mayIntersect(pattern, subscribed)) {
          concerns.push({ check, variables: NO_VARIABLES });
        } else continue;
        if (subscribed.isPattern && !(covers(pattern, subscribed) && pattern.variableNames.length === 0)) {
          throw new MessageRejectedError('Wildcards are not allowed here. Subscribe to one destination', {
            cause: new RefusalReason(`${check.name} looks at ${pattern.source}`),
          });
        }
        break;
      }
    }
    return concerns;
  }
}

async function ask(concerns: readonly Concern[], message: Message): Promise<Message> {
  for (const { check, variables } of concerns) {
    const verdict = new Verdict();
    const asked = withHeaders(message, {
      lookupDestination: message.headers.simpDestination,
      destinationVariables: variables,
    });
    try {
      await check.call(message.headers.simpSession, undefined, asked, verdict);
    } catch (error) {
      if (isStompError(error)) throw error;
      throw new MessageRejectedError(clientTextOf(error, 'The subscription could not be checked'), {
        // What is meant for clients is an answer, no accident.
        cause: isMeantForClient(error) ? new RefusalReason(`${check.name}: ${error.name}`) : error,
      });
    }
    if (!verdict.isGranted) {
      throw new MessageRejectedError('Access denied', {
        cause: new RefusalReason(`${check.name} refused it`),
      });
    }
  }
  return message;
}

/**
 * What a method said. One that came to no end has granted nothing, be it that a filter took its exception or that an
 * interceptor made an empty Observable of it.
 */
class Verdict implements HandlerResults {
  isGranted = false;

  emit(value: unknown): void {
    this.isGranted = value !== false;
  }

  async follow(results: Observable<unknown>): Promise<void> {
    this.emit(await lastValueFrom(results.pipe(take(1)), { defaultValue: false }));
  }

  markStreaming(): void {}
}
