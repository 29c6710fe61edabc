import type { WebSocketClient } from '../web-socket-client.js';

/** What tells the sessions of one measurement apart from the default. */
export interface SessionOptions {
  /** Milliseconds of heart-beats both ways, where the dialect has them; 0 is never. */
  readonly heartBeatMs: number;
}

/**
 * How one kind of server is spoken to. Every delivery ends in the body and {@link trailerLength} octets, so that a
 * number at a known place of the body can be read without parsing the rest.
 */
export interface Dialect {
  readonly path: string;
  readonly subprotocol?: string;
  /** Octets behind the body of a delivery, and behind the JSON of a reply. */
  readonly trailerLength: number;
  /** Whether heart-beats can be agreed, so that the client has to send them. */
  readonly hasHeartBeats: boolean;
  /** Whether a message is a delivery or a reply, and nothing of the protocol's own. */
  isDelivery(octets: Buffer, start: number, end: number): boolean;
  /** Says hello on a socket that has just been opened; resolved when the server has agreed. */
  connect(client: WebSocketClient, options: SessionOptions): Promise<void>;
  /** What to send to receive the broadcasts. */
  subscribe(subscriptionId: string): string | undefined;
  /** What to send to broadcast a body. */
  publish(body: string): string;
  /** What to send to have a handler of the application broadcast a body. */
  publishThroughHandler?(body: string): string;
  /** What to send to receive the replies of handlers. */
  subscribeReplies?(): string | undefined;
  /** What to send to call a handler that replies with the JSON it was given. */
  request?(json: string, handler: 'plain' | 'enhanced'): string;
  /** Answers what the server asks within the protocol, such as pings of its own. */
  answer?(client: WebSocketClient, octets: Buffer, start: number, end: number): void;
}

/** The topic of every broadcast. */
export const TOPIC = '/topic/bench';

/** Waits for a message that begins with a text. */
export function waitFor(client: WebSocketClient, beginning: string): Promise<void> {
  return new Promise((resolve, reject) => {
    client.onClose = (reason) => reject(new Error(reason));
    client.onMessage = (octets, start, end) => {
      const text = octets.toString('latin1', start, end);
      if (text.startsWith(beginning)) resolve();
      else if (text.startsWith('ERROR')) reject(new Error(text));
    };
  });
}
