import { Injectable } from '@nestjs/common';
import {
  EventListener,
  SessionConnectedEvent,
  SessionDisconnectEvent,
  SimpMessagingTemplate,
  SimpUserRegistry,
  SubscribeMapping,
} from 'nestjs-stomp';

/** Everybody is sent the whole list, so its length has a bound. */
const MAX_NAMES = 50;

interface Visitors {
  readonly names: readonly string[];
  /** Users beyond those named. */
  readonly more: number;
  /** Connections without a user. */
  readonly anonymous: number;
}

/** Who is here: an answer to whoever asks, and news for everybody when somebody comes or goes. */
@Injectable()
export class Presence {
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

  @EventListener(SessionConnectedEvent, SessionDisconnectEvent)
  async changed(): Promise<void> {
    await this.template.convertAndSend('/topic/presence', this.visitors());
  }
}
