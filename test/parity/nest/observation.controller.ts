import { Controller } from '@nestjs/common';
import {
  DestinationVariable,
  EventListener,
  SessionConnectedEvent,
  SessionConnectEvent,
  SessionDisconnectEvent,
  SessionEvent,
  SessionSubscribeEvent,
  SessionUnsubscribeEvent,
  SimpUserRegistry,
  SubscribeMapping,
} from 'nestjs-stomp';

/** What the application sees of a user: the registry, and the events that it was told of. */
@Controller()
export class ObservationController {
  readonly #events = new Map<string, Map<string, number>>();

  constructor(private readonly registry: SimpUserRegistry) {}

  @EventListener(
    SessionConnectEvent,
    SessionConnectedEvent,
    SessionSubscribeEvent,
    SessionUnsubscribeEvent,
    SessionDisconnectEvent,
  )
  count(event: SessionEvent): void {
    if (event.user === undefined) return;
    const counts = this.#events.get(event.user.name) ?? new Map<string, number>();
    this.#events.set(event.user.name, counts);
    counts.set(event.constructor.name, (counts.get(event.constructor.name) ?? 0) + 1);
  }

  @SubscribeMapping('/observe/events/{user}')
  events(@DestinationVariable('user') user: string): Record<string, number> {
    return Object.fromEntries([...(this.#events.get(user) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  @SubscribeMapping('/observe/user/{user}')
  user(@DestinationVariable('user') user: string): unknown[] {
    const found = this.registry.getUser(user);
    return found === undefined ? ['nobody'] : [found.name, found.sessions.length];
  }

  @SubscribeMapping('/observe/subscriptions/{user}')
  subscriptions(@DestinationVariable('user') user: string): string[] {
    return (this.registry.getUser(user)?.sessions ?? [])
      .flatMap((session) => session.subscriptions.map(({ destination }) => destination))
      .filter((name) => !name.startsWith('/app/parity') && !name.startsWith('/app/observe'))
      .sort();
  }

  @SubscribeMapping('/observe/subscribers')
  subscribers(): (string | undefined)[] {
    return this.registry
      .findSubscriptions(({ destination }) => destination === '/topic/observed')
      .map(({ session }) => session.user?.name)
      .sort();
  }
}
