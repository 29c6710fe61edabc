import type { Message } from '../../src/messaging/message.js';
import { closeCause } from '../../src/session/close-cause.js';
import type { SimpSession } from '../../src/messaging/simp-session.js';
import {
  SessionConnectedEvent,
  SessionDisconnectEvent,
  SessionSubscribedEvent,
  SessionUnsubscribedEvent,
  type StompEvent,
} from '../../src/session/stomp-event.js';

const MESSAGE = {} as Message;

/** A session of which a directory sees no more than this, and what it tells of itself. */
export class SessionOfTest {
  readonly subscriptions = new Map<string, string>();
  readonly session: SimpSession;

  constructor(
    readonly id: string,
    user: string | undefined,
    private readonly tell: (event: StompEvent) => void,
  ) {
    this.session = {
      id,
      user: user === undefined ? undefined : { name: user },
      subscriptions: this.subscriptions,
    } as unknown as SimpSession;
  }

  connect(): this {
    this.tell(new SessionConnectedEvent(this.session, MESSAGE));
    return this;
  }

  subscribe(id: string, destination: string): this {
    this.subscriptions.set(id, destination);
    this.tell(new SessionSubscribedEvent(this.session, MESSAGE));
    return this;
  }

  /** Ends the oldest subscription. */
  unsubscribe(): void {
    for (const id of [...this.subscriptions.keys()].slice(0, 1)) this.subscriptions.delete(id);
    this.tell(new SessionUnsubscribedEvent(this.session, MESSAGE));
  }

  disconnect(): void {
    this.tell(
      new SessionDisconnectEvent(
        this.session,
        MESSAGE,
        { code: 1000, reason: '' },
        closeCause('STOMP_CLOSE_NORMAL'),
      ),
    );
  }
}
