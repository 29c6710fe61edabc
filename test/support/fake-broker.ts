import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What a fake broker says to CONNECT, unless a test wants something else. */
const CONNECTED = 'CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0';

/** One connection to a {@link FakeBroker}, as the broker sees it. */
export class BrokerPeer {
  readonly closed: Promise<void>;
  readonly #frames: string[] = [];
  readonly #waiting: ((frame: string) => void)[] = [];
  #rest = '';
  #isClosed = false;
  /** Heart-beats between frames. */
  heartBeats = 0;

  constructor(readonly socket: Socket) {
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#isClosed = true;
        for (const waiter of this.#waiting.splice(0)) waiter('');
        resolve();
      });
    });
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => this.#receive(chunk.toString('latin1')));
  }

  /** The next frame of the relay, without its NUL; '' when the connection has ended. */
  next(): Promise<string> {
    const frame = this.#frames.shift();
    if (frame !== undefined) return Promise.resolve(frame);
    if (this.#isClosed) return Promise.resolve('');
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Frames that nobody has taken yet. */
  get unread(): readonly string[] {
    return this.#frames;
  }

  say(octets: string): void {
    this.socket.write(Buffer.from(octets, 'utf8'));
  }

  /** Takes the next frame and confirms it. @returns the frame */
  async confirm(): Promise<string> {
    const frame = await this.next();
    this.say(`RECEIPT\nreceipt-id:${headerOf(frame, 'receipt')}\n\n\0`);
    return frame;
  }

  /** Breaks the connection off. */
  reset(): void {
    this.socket.destroy();
  }

  #receive(text: string): void {
    const parts = (this.#rest + text).split('\0');
    this.#rest = parts.pop() ?? '';
    for (const part of parts) {
      const frame = part.replace(/^\n+/, '');
      this.heartBeats += part.length - frame.length;
      const waiter = this.#waiting.shift();
      if (waiter === undefined) this.#frames.push(frame);
      else waiter(frame);
    }
    if (/^\n+$/.test(this.#rest)) {
      this.heartBeats += this.#rest.length;
      this.#rest = '';
    }
  }
}

/** A header of a frame as it is written on the wire; '' when there is none. */
export function headerOf(frame: string, name: string): string {
  return new RegExp(`^${name}:(.*)$`, 'm').exec(frame)?.[1] ?? '';
}

const running: FakeBroker[] = [];

/** A STOMP broker that does what a test says, on a port of the loopback. Only CONNECT it answers by itself. */
export class FakeBroker {
  /** What it says to CONNECT; '' to say nothing. */
  connected = CONNECTED;
  /** CONNECT frames so far. */
  readonly connects: string[] = [];
  readonly #peers: BrokerPeer[] = [];
  readonly #waiting: ((peer: BrokerPeer) => void)[] = [];
  readonly #all = new Set<BrokerPeer>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {
    server.on('connection', (socket) => void this.#welcome(new BrokerPeer(socket)));
    running.push(this);
  }

  static async listen(port = 0): Promise<FakeBroker> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return new FakeBroker(server, (server.address() as AddressInfo).port);
  }

  /** The next connection, after its CONNECT. */
  accept(): Promise<BrokerPeer> {
    const peer = this.#peers.shift();
    return peer === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(peer);
  }

  /** Accepts nobody any more and breaks all connections off. */
  async close(): Promise<void> {
    for (const peer of this.#all) peer.reset();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #welcome(peer: BrokerPeer): Promise<void> {
    this.#all.add(peer);
    void peer.closed.then(() => this.#all.delete(peer));
    const connect = await peer.next();
    if (connect === '') return;
    this.connects.push(connect);
    if (this.connected !== '') peer.say(this.connected);
    const waiter = this.#waiting.shift();
    if (waiter === undefined) this.#peers.push(peer);
    else waiter(peer);
  }
}

/** For `afterEach`. */
export async function closeFakeBrokers(): Promise<void> {
  await Promise.all(running.splice(0).map((broker) => broker.close()));
}
