import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import {
  ClusterNodeEvent,
  EventListener,
  SessionConnectedEvent,
  SessionDisconnectEvent,
  SimpMessagingTemplate,
  SimpUserRegistry,
  SubscribeMapping,
} from 'nestjs-stomp';

/** Everybody is sent the whole list, so its length has a bound. */
const MAX_NAMES = 50;

/** Who has come to another instance, if there is one, is known here 200 ms later (docs/cluster.md, docs/broker-relay.md); a busy engine may take as long again. */
const KNOWN_EVERYWHERE_MS = 500;

interface Visitors {
  readonly names: readonly string[];
  /** Users beyond those named. */
  readonly more: number;
  /** Connections without a user. */
  readonly anonymous: number;
}

/** Who is here: an answer to whoever asks, and news for everybody when somebody comes or goes. */
@Injectable()
export class Presence implements OnApplicationShutdown {
  readonly #logger = new Logger(Presence.name);
  #again: NodeJS.Timeout | undefined;

  constructor(
    private readonly registry: SimpUserRegistry,
    private readonly template: SimpMessagingTemplate,
  ) {}

  /** The first picture: a visitor subscribes to the news only after the news of its own coming. */
  @SubscribeMapping('/presence')
  visitors(): Visitors {
    const { users, userCount, anonymousSessionCount } = this.registry;
    const names = users.slice(0, MAX_NAMES).map(({ name }) => name);
    return { names, more: userCount - names.length, anonymous: anonymousSessionCount };
  }

  @EventListener(SessionConnectedEvent, SessionDisconnectEvent, ClusterNodeEvent)
  async changed(): Promise<void> {
    await this.#tell();
    this.#tellAgain();
  }

  onApplicationShutdown(): void {
    clearTimeout(this.#again);
  }

  /** Two who come to two instances at once are each in one list only, and either may be the last that is heard. */
  #tellAgain(): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => {
      this.#tell().catch((error: unknown) => this.#logger.warn(error));
    }, KNOWN_EVERYWHERE_MS).unref();
  }

  async #tell(): Promise<void> {
    await this.template.convertAndSend('/topic/presence', this.visitors());
  }
}
