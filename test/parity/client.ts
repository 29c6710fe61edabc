import type { Step } from './scenario.js';

export interface ConnectOptions {
  readonly user?: string;
  readonly roles?: string;
  /** Further headers of CONNECT, a line each. */
  readonly headers?: string;
  readonly path?: string;
}

/** What one client of a scenario does. Frames are written as they go over the wire, their headers as lines. */
export class Client {
  constructor(readonly name: string) {}

  opens(options: { target?: string; protocols?: string[]; headers?: Record<string, string> } = {}): Step {
    return { does: 'open', client: this.name, target: '/stomp', ...options };
  }

  /** STOMP 1.2 without heart-beats. */
  connects({ user, roles, headers = '', path = '/stomp' }: ConnectOptions = {}): Step[] {
    const query = new URLSearchParams({
      ...(user === undefined ? {} : { user }),
      ...(roles === undefined ? {} : { roles }),
    }).toString();
    return [
      this.opens({ target: query === '' ? path : `${path}?${query}` }),
      this.sends(`CONNECT\naccept-version:1.2\nheart-beat:0,0\n${headers}\n\0`),
      this.awaits(1),
    ];
  }

  sends(data: string): Step {
    return { does: 'send', client: this.name, data };
  }

  sendsOctets(data: string): Step {
    return { does: 'send', client: this.name, data, binary: true };
  }

  /** SEND, its further headers a line each. */
  publishes(destination: string, body = '', headers = ''): Step {
    return this.sends(`SEND\ndestination:${destination}\n${headers}\n${body}\0`);
  }

  subscribes(id: string, destination: string, headers = ''): Step[] {
    return [this.sends(`SUBSCRIBE\nid:${id}\ndestination:${destination}\n${headers}\n\0`), this.settles()];
  }

  unsubscribes(id: string): Step[] {
    return [this.sends(`UNSUBSCRIBE\nid:${id}\n\n\0`), this.settles()];
  }

  awaits(messages: number): Step {
    return { does: 'await', client: this.name, messages };
  }

  settles(): Step {
    return { does: 'settle', client: this.name };
  }

  /** Subscribes to an annotated method over and over, until its answer holds a text. */
  polls(destination: string, until: string): Step {
    return {
      does: 'poll',
      client: this.name,
      data: `SUBSCRIBE\nid:poll\ndestination:${destination}\n\n\0UNSUBSCRIBE\nid:poll\n\n\0`,
      until,
    };
  }

  closes(): Step {
    return { does: 'close', client: this.name };
  }

  isClosed(): Step {
    return { does: 'awaitClose', client: this.name };
  }
}

export const joe = new Client('joe');
export const ann = new Client('ann');
export const bob = new Client('bob');
