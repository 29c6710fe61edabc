import { WebSocket } from 'ws';

const PATIENCE_MS = 10_000;
const SYNC_ID = '~sync';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
/** As Spring makes them, and as they are made here; what a client has written in their place stays as it is. */
const MADE_ID = new RegExp(`^(message-id|ack):(?:${UUID}|[0-9a-f]{12,16})-\\d+(?:-\\d+)?$`, 'gm');

/** Without what is another each time: names of messages and of sessions, how long something took. */
function masked(frame: string): string {
  const end = frame.indexOf('\n\n');
  return `${frame.slice(0, end + 1).replace(MADE_ID, '$1:*')}${frame.slice(end + 1)}`
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '*')
    .replace(/ for \d+ ms/g, ' for * ms')
    .replaceAll('\0', '^@');
}

/** A WebSocket of a scenario: what it received, one line a WebSocket message, in {@link lines}. */
export class PlayedClient {
  readonly lines: string[] = [];
  #isConnected = false;
  #isOver = false;
  #count = 0;
  readonly #seen = new Set<string>();
  #syncs = 0;
  #expected = 0;
  #pongs = 0;
  #waiting: (() => void)[] = [];

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#receive(data.toString('utf8'), isBinary));
    socket.on('pong', () => {
      this.#pongs += 1;
      this.#wake();
    });
    socket.on('close', (code, reason) => {
      if (!this.#isOver)
        this.lines.push(`closed ${code}${reason.length > 0 ? ` ${masked(reason.toString())}` : ''}`);
      this.#isOver = true;
      this.#wake();
    });
    socket.on('error', () => undefined);
  }

  static async open(
    origin: string,
    {
      target,
      protocols = [],
      headers = {},
    }: {
      target: string;
      protocols?: readonly string[];
      headers?: Readonly<Record<string, string>>;
    },
  ): Promise<PlayedClient> {
    const socket = new WebSocket(`ws://${origin}${target}`, [...protocols], {
      headers,
      perMessageDeflate: false,
    });
    const client = new PlayedClient(socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    if (protocols.length > 0) client.lines.push(`speaks ${socket.protocol}`);
    return client;
  }

  /** Whether an answer to frames can be expected. */
  get isConnected(): boolean {
    return this.#isConnected && !this.#isOver;
  }

  send(data: string | Buffer): void {
    if (data.toString().includes('DISCONNECT\n')) this.#isConnected = false;
    if (!this.#isOver) this.socket.send(data);
  }

  receives(messages: number): Promise<void> {
    this.#expected += messages;
    const goal = Math.max(this.#count, this.#expected);
    return this.#until(() => this.#count >= goal, `${messages} more message(s)`);
  }

  ends(): Promise<void> {
    return this.#until(() => this.#isOver, 'the end');
  }

  /** Until an annotated method has answered a subscription, which is no part of what was received. */
  async sync(destination: string): Promise<void> {
    const goal = this.#syncs + 1;
    this.send(`SUBSCRIBE\nid:${SYNC_ID}\ndestination:${destination}\n\n\0UNSUBSCRIBE\nid:${SYNC_ID}\n\n\0`);
    await this.#until(() => this.#syncs >= goal, 'the answer of the sync');
    this.#expected = this.#count;
  }

  async pong(): Promise<void> {
    if (this.#isOver) return;
    const goal = this.#pongs + 1;
    this.socket.ping();
    await this.#until(() => this.#pongs >= goal, 'a pong');
    this.#expected = this.#count;
  }

  async end(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    const closed = new Promise((resolve) => this.socket.once('close', resolve));
    this.socket.close(1000);
    const timer = setTimeout(() => this.socket.terminate(), PATIENCE_MS);
    await closed;
    clearTimeout(timer);
  }

  #receive(text: string, isBinary: boolean): void {
    if (this.#isOver) return;
    if (text.startsWith('MESSAGE\n') && text.includes(`\nsubscription:${SYNC_ID}\n`)) {
      this.#syncs += 1;
      return this.#wake();
    }
    if (text.startsWith('CONNECTED\n')) this.#isConnected = true;
    this.#count += 1;
    const line =
      text === '\n'
        ? 'heart-beat'
        : `${masked(text)}${this.#isSeen(text) ? ' (its message-id is not new)' : ''}`;
    // How many there are is a matter of time.
    if (line !== 'heart-beat' || this.lines.at(-1) !== line)
      this.lines.push(isBinary ? `binary ${line}` : line);
    this.#wake();
  }

  /** A subscription gets each message once, so under a name of its own. */
  #isSeen(text: string): boolean {
    const head = text.split('\n\n', 1)[0] ?? '';
    const names = head.match(/^(?:subscription|message-id):.*$/gm) ?? [];
    if (!text.startsWith('MESSAGE\n') || names.length < 2) return false;
    const delivery = names.join('\n');
    if (this.#seen.has(delivery)) return true;
    this.#seen.add(delivery);
    return false;
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async #until(isDone: () => boolean, what: string): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!isDone() && !this.#isOver) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`Waited ${PATIENCE_MS} ms for ${what}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }
}
