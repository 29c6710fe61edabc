import { expect } from '@jest/globals';
import { SimpleBroker } from 'nestjs-stomp';
import { RawClient } from './raw-client.js';
import { startTestApp, type TestApp, type TestAppSetup } from './test-app.js';

export type Version = '1.0' | '1.1' | '1.2';
export const VERSIONS: readonly Version[] = ['1.0', '1.1', '1.2'];

const CONNECT_HEADERS: Readonly<Record<Version, string>> = {
  '1.0': '',
  '1.1': 'accept-version:1.1\nhost:h\nheart-beat:0,0\n',
  '1.2': 'accept-version:1.2\nhost:h\nheart-beat:0,0\n',
};

/** How a session that went wrong has to end. */
export interface Refusal {
  /** The `code` header of the ERROR. */
  readonly code: string;
  /** The WebSocket close code. */
  readonly close: number;
  /** The `receipt-id` of the ERROR as it is written on the wire; none unless given. */
  readonly receipt?: string;
}

/**
 * A running application whose broker serves every destination, and a bystander: a session of STOMP 1.2, subscribed
 * to everything as `all`. What the application does for one client shows at the bystander; what a client does to
 * the application must not.
 */
export class Stage {
  private constructor(
    readonly app: TestApp,
    readonly bystander: RawClient,
  ) {}

  static async open(setup: TestAppSetup = {}): Promise<Stage> {
    const { simpleBroker, ...stomp } = setup.stomp ?? {};
    const app = await startTestApp({
      ...setup,
      stomp: { ...stomp, simpleBroker: { destinationPrefixes: [], ...simpleBroker } },
    });
    const bystander = await RawClient.connect(app.url);
    bystander.send('SUBSCRIBE\nid:all\ndestination:/**\n\n\0');
    await bystander.sync();
    return new Stage(app, bystander);
  }

  /** A session of the version, without heart-beats. */
  connect(version: Version = '1.2'): Promise<RawClient> {
    return RawClient.connect(this.app.url, CONNECT_HEADERS[version]);
  }

  /** A WebSocket that has not said anything. */
  socket(): Promise<RawClient> {
    return RawClient.open(this.app.url);
  }

  /** What the broker holds, the bystander's session and subscription included. */
  counts(): { sessions: number; subscriptions: number } {
    const { sessionCount, subscriptionCount } = this.app.app.get(SimpleBroker);
    return { sessions: sessionCount, subscriptions: subscriptionCount };
  }

  /** The next thing that the application has done, with its message-id put out of sight. */
  async effect(): Promise<string> {
    return masked(await this.bystander.next());
  }

  /** Nothing has been done that {@link effect} has not told, and the bystander's session is as it was. */
  async expectNoEffect(): Promise<void> {
    expect(await this.bystander.sync()).toEqual([]);
  }

  /**
   * One ERROR, the close code, one line in the log, and no effect on anybody.
   *
   * @returns the ERROR
   */
  async expectRefused(client: RawClient, { code, close, receipt }: Refusal): Promise<string> {
    const error = await client.next();
    const receiptLine = receipt === undefined ? '' : `receipt-id:${receipt}\n`;
    expect(error).toEqual(expect.stringMatching(/^ERROR\nmessage:[^\n\0]+\n/));
    expect(error.slice(error.indexOf('\n', 'ERROR\n'.length) + 1)).toBe(
      `${receiptLine}code:${code}\ncontent-length:0\n\n\0`,
    );
    expect(await client.next()).toBe('');
    expect((await client.closed).code).toBe(close);
    await this.expectNoEffect();
    const { logger } = this.app;
    expect(logger.textsOf('warn')).toEqual([expect.stringContaining(code)]);
    expect(logger.textsOf('error')).toEqual([]);
    return error;
  }
}

/** A MESSAGE with its message-id, which has to be one that every client can read [A113], replaced by `*`. */
export function masked(frame: string): string {
  return frame.replace(/^message-id:[A-Za-z0-9-]+$/m, 'message-id:*');
}
