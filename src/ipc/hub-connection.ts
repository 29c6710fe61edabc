import type { Socket } from 'node:net';
import { FrameLengthError, FrameReader } from './frame-reader.js';
import { FrameQueue } from './frame-queue.js';
import type { HubLimits } from './hub-limits.js';
import {
  addressesIn,
  addressIn,
  encodeFarewell,
  encodeNumber,
  encodeWelcome,
  frameLimit,
  FrameKind,
  kindOf,
  MAX_ADDRESS_LENGTH,
  numberIn,
  PROTOCOL_VERSION,
  versionInHello,
} from './wire.js';

/** What a connection asks of the hub. */
export interface HubConnectionListener {
  subscribed(connection: HubConnection, address: string): void;
  unsubscribed(connection: HubConnection, address: string): void;
  published(address: string, frame: Buffer): void;
  /** Something waits to be written. Once, until {@link HubConnection.flush}. */
  waiting(connection: HubConnection): void;
  /** All that one chunk held has been done. */
  readChunk(): void;
  /** Nothing is delivered to it any more. Once. */
  ended(connection: HubConnection): void;
  /** Its socket is gone. Once, after {@link ended}. */
  closed(connection: HubConnection): void;
}

/** How much is given to the socket at once; the rest stays where it can still be dropped. */
const BATCH_BYTES = 256 * 1024;

/** How long a connection may say nothing at all. As long as a node waits for its welcome. */
const HELLO_TIMEOUT_MS = 5000;

/** How long a node that is cut off has to read why: it was too slow before. */
const CUT_OFF_MS = 30_000;

/** Addresses that one node may subscribe; at about 250 bytes each, a quarter of a gigabyte. */
const MAX_ADDRESSES = 1_000_000;

/** A node, as the hub sees it. */
export class HubConnection {
  readonly addresses = new Set<string>();
  readonly #queue = new FrameQueue();
  readonly #reader: FrameReader;
  #state: 'greeting' | 'open' | 'leaving' | 'closed' = 'greeting';
  #isWaiting = false;
  #patience: NodeJS.Timeout;

  constructor(
    private readonly socket: Socket,
    private readonly limits: HubLimits,
    private readonly listener: HubConnectionListener,
  ) {
    this.#reader = new FrameReader(frameLimit(limits.maxMessageBytes));
    this.#patience = setTimeout(() => socket.destroy(), HELLO_TIMEOUT_MS).unref();
    socket
      // The hub keeps no process alive: its nodes do.
      .unref()
      .on('data', (chunk: Buffer) => this.#read(chunk))
      .on('drain', () => this.flush())
      // What is wrong with a node's socket is the node's matter; `close` follows.
      .on('error', () => undefined)
      .on('close', () => this.#closed());
  }

  /** Delivers a frame behind all others; a node that has fallen too far behind is cut off instead. */
  send(frame: Buffer): void {
    if (this.#state !== 'open') return;
    if (this.#queue.bytes > this.limits.maxQueueBytes) {
      this.#cutOff();
      return;
    }
    this.#push(frame);
  }

  /** Writes what waits, as far as the socket takes it. */
  flush(): void {
    this.#isWaiting = false;
    if (this.#state === 'closed') return;
    // It will wait, here or in the socket.
    if (this.socket.writableLength > 0) this.#queue.detach();
    if (!this.socket.writableNeedDrain) {
      this.socket.cork();
      while (this.#queue.bytes > 0 && this.socket.writableLength < BATCH_BYTES) {
        this.socket.write(this.#queue.shift());
      }
      this.socket.uncork();
    }
    if (this.#queue.bytes > 0) this.#queue.detach();
    else if (this.#state === 'leaving') this.socket.end();
  }

  /** Ends the connection with a reason, behind all that waits for it. */
  leave(reason: string, isRefusal: boolean, patienceMs: number): void {
    if (this.#state === 'leaving' || this.#state === 'closed') return;
    this.#state = 'leaving';
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.destroy(), patienceMs).unref();
    this.listener.ended(this);
    this.#push(encodeFarewell(isRefusal, reason));
    this.flush();
  }

  destroy(): void {
    this.socket.destroy();
  }

  #cutOff(): void {
    const { maxQueueBytes } = this.limits;
    this.#queue.clear();
    this.leave(
      `this node has left more than ${maxQueueBytes} bytes unread. Look for what keeps its event loop busy, or raise \`maxQueueBytes\``,
      false,
      CUT_OFF_MS,
    );
  }

  #push(frame: Buffer): void {
    this.#queue.add(frame);
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.listener.waiting(this);
  }

  #read(chunk: Buffer): void {
    if (this.#state === 'leaving' || this.#state === 'closed') return;
    try {
      this.#reader.read(chunk, (frame) => this.#handle(frame));
    } catch (error) {
      if (!(error instanceof FrameLengthError)) throw error;
      this.#refuse(error.message);
    }
    this.listener.readChunk();
  }

  #handle(frame: Buffer): void {
    if (this.#state === 'greeting') this.#greet(frame);
    else if (this.#state === 'open') this.#obey(frame);
  }

  #greet(frame: Buffer): void {
    const version = versionInHello(frame);
    if (version === undefined) {
      this.#refuse('what connected does not speak the protocol between nodes');
    } else if (version !== PROTOCOL_VERSION) {
      this.leave(
        `it speaks version ${PROTOCOL_VERSION} of the protocol between nodes, this process version ${version}. Let all of them run the same version of nestjs-stomp, or give each version a \`path\` of its own`,
        true,
        CUT_OFF_MS,
      );
    } else {
      clearTimeout(this.#patience);
      this.#state = 'open';
      this.#push(encodeWelcome(PROTOCOL_VERSION, this.limits.maxMessageBytes));
    }
  }

  #obey(frame: Buffer): void {
    switch (kindOf(frame)) {
      case FrameKind.publish: {
        const address = addressIn(frame);
        if (address === undefined) this.#refuse('a publication has no address');
        else this.listener.published(address, frame);
        return;
      }
      case FrameKind.subscribe:
        return this.#subscribe(addressesIn(frame));
      case FrameKind.unsubscribe:
        for (const address of addressesIn(frame)) {
          if (this.addresses.delete(address)) this.listener.unsubscribed(this, address);
        }
        return;
      case FrameKind.flush:
        return this.send(encodeNumber(FrameKind.done, numberIn(frame)));
    }
    this.#refuse(`a frame of kind ${frame[4]} with ${frame.length} bytes means nothing`);
  }

  #subscribe(addresses: readonly string[]): void {
    for (const address of addresses) {
      if (address === '' || address.length > MAX_ADDRESS_LENGTH) {
        return this.#refuse(`an address has ${address.length} characters, not 1 to ${MAX_ADDRESS_LENGTH}`);
      }
      if (this.addresses.size === MAX_ADDRESSES) {
        return this.#refuse(`a node subscribes no more than ${MAX_ADDRESSES} addresses`);
      }
      this.addresses.add(address);
      this.listener.subscribed(this, address);
    }
  }

  #refuse(what: string): void {
    this.leave(what, true, HELLO_TIMEOUT_MS);
  }

  #closed(): void {
    clearTimeout(this.#patience);
    const wasLeaving = this.#state === 'leaving';
    this.#state = 'closed';
    this.#queue.clear();
    if (!wasLeaving) this.listener.ended(this);
    this.listener.closed(this);
  }
}
