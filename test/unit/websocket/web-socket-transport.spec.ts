import { beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { EncodedFrame } from '../../../src/session/encoded-frame.js';
import { TimerWheel } from '../../../src/session/timer-wheel.js';
import type { StompWebSocket } from '../../../src/websocket/stomp-web-socket.js';
import { WebSocketTransport } from '../../../src/websocket/web-socket-transport.js';
import { WriteBatch } from '../../../src/websocket/write-batch.js';
import { settled } from '../../support/deferred.js';
import { VirtualClock } from '../../../src/testing/virtual-clock.js';
import { SlowSocket } from './slow-socket.js';

/** The part of `ws` that the transport uses. */
class FakeWebSocket {
  readyState: number = WebSocket.OPEN;
  readonly calls: string[] = [];

  constructor(private readonly socket: SlowSocket) {}

  close(code: number, reason: string): void {
    this.readyState = WebSocket.CLOSING;
    this.calls.push(`close ${code} ${reason}`);
    this.socket.write('<close>');
  }

  pause(): void {
    this.calls.push('pause');
  }

  resume(): void {
    this.calls.push('resume');
  }
}

describe('WebSocketTransport', () => {
  let clock: VirtualClock;
  let wheel: TimerWheel;
  let socket: SlowSocket;
  let webSocket: FakeWebSocket;
  let overflows: string[];
  let transport: WebSocketTransport;

  beforeEach(() => {
    clock = new VirtualClock();
    wheel = new TimerWheel(clock);
    socket = new SlowSocket();
    webSocket = new FakeWebSocket(socket);
    overflows = [];
    transport = new WebSocketTransport(
      webSocket as unknown as StompWebSocket,
      socket,
      new WriteBatch(),
      wheel,
      { sendBufferSizeLimit: 1_000, sendTimeLimit: 10_000 },
      (reason) => {
        overflows.push(reason);
        transport.close(4500, reason);
      },
    );
  });

  /** A frame of so many octets on the socket: from 126 on a WebSocket header has four. */
  function frame(size: number): EncodedFrame {
    return new EncodedFrame([Buffer.alloc(size - (size < 128 ? 2 : 4), 'x')], false);
  }

  it('writes what is sent in one turn in one system call, frame after whole frame [A98]', async () => {
    transport.send(new EncodedFrame([Buffer.from('a')], false));
    transport.send(new EncodedFrame([Buffer.from('b'), Buffer.from('c')], false));
    expect(socket.calls).toEqual([]);
    await settled();
    expect(socket.calls).toEqual([Buffer.from('\x81\x01a\x81\x02bc', 'latin1')]);
    transport.send(new EncodedFrame([Buffer.from('d')], false));
    await settled();
    expect(socket.calls).toHaveLength(2);
  });

  it('makes the WebSocket form of a shared frame once', async () => {
    const shared = new EncodedFrame([Buffer.from('a')], false);
    transport.send(shared);
    await settled();
    const form = shared.wireForm(() => 'made again');
    transport.send(shared);
    await settled();
    expect(form).toEqual([Buffer.from('\x81\x01a', 'latin1')]);
    expect(shared.wireForm(() => 'made again')).toBe(form);
    expect(socket.text).toBe('\x81\x01a\x81\x01a');
  });

  it('writes a large frame in one system call without copying it', async () => {
    transport.send(new EncodedFrame([Buffer.from('a'), Buffer.alloc(300_000)], false));
    await settled();
    expect(socket.calls.map(({ length }) => length)).toEqual([300_011]);
  });

  it('counts what is held back to the end of the turn as waiting', async () => {
    transport.send(frame(10));
    transport.send(frame(200));
    expect(transport.waitingBytes).toBe(210);
    await settled();
    expect(transport.waitingBytes).toBe(0);
  });

  it('lets everything sent leave before the close frame', () => {
    transport.send(new EncodedFrame([Buffer.from('a')], false));
    transport.close(1000, 'bye');
    expect(webSocket.calls).toEqual(['close 1000 bye', 'resume']);
    expect(socket.calls).toEqual([Buffer.from('\x81\x01a<close>', 'latin1')]);
  });

  it('sends nothing behind its close frame, and closes once', async () => {
    transport.close(1000, 'bye');
    transport.close(1002, 'again');
    transport.send(frame(10));
    await settled();
    expect(webSocket.calls).toEqual(['close 1000 bye', 'resume']);
    expect(socket.text).toBe('<close>');
  });

  it('sends nothing behind a close frame of the peer', async () => {
    webSocket.readyState = WebSocket.CLOSING;
    transport.send(frame(10));
    await settled();
    expect(socket.calls).toEqual([]);
  });

  it('sends nothing when the connection is gone', async () => {
    transport.send(frame(10));
    transport.closed();
    transport.send(frame(10));
    await settled();
    expect(socket.text).toHaveLength(10);
    expect(overflows).toEqual([]);
  });

  it('stops reading and reads again', () => {
    transport.pause();
    transport.resume();
    expect(webSocket.calls).toEqual(['pause', 'resume']);
  });

  it.each([
    ['a'.repeat(123), 'a'.repeat(123)],
    ['a'.repeat(200), 'a'.repeat(123)],
    ['ü'.repeat(100), 'ü'.repeat(61)],
    [`${'a'.repeat(121)}😀`, 'a'.repeat(121)],
    [`${'a'.repeat(119)}😀b`, `${'a'.repeat(119)}😀`],
    ['x'.repeat(2_000_000), 'x'.repeat(123)],
  ])('cuts a close reason to 123 octets, between characters', (reason, expected) => {
    transport.close(1000, reason);
    expect(webSocket.calls[0]).toBe(`close 1000 ${expected}`);
  });

  describe('to a client that does not read', () => {
    beforeEach(() => {
      socket.stall();
    });

    it('lets as much wait as the limit says, behind the frame that is being sent, and no more', async () => {
      transport.send(frame(100));
      await settled();
      transport.send(frame(100));
      transport.send(frame(900));
      await settled();
      expect(overflows).toEqual([]);
      transport.send(frame(3));
      expect(overflows).toEqual(['More than 1000 bytes wait to be sent']);
      expect(webSocket.calls).toEqual(['close 4500 More than 1000 bytes wait to be sent', 'resume']);
    });

    it('gives up once', async () => {
      transport.send(frame(100));
      for (let i = 0; i < 50; i++) transport.send(frame(100));
      await settled();
      expect(overflows).toHaveLength(1);
    });

    it('may send one frame larger than the limit', async () => {
      transport.send(frame(5_000));
      await settled();
      expect(overflows).toEqual([]);
      socket.takeOne();
      transport.send(frame(5_000));
      expect(overflows).toEqual([]);
    });

    it('gives up when nothing moves for the time limit, without waiting for the next frame', async () => {
      transport.send(frame(100));
      await settled();
      clock.advance(10_000);
      expect(overflows).toEqual([]);
      clock.advance(50);
      expect(overflows).toEqual(['Nothing could be sent for 10000 ms']);
      expect(wheel.size).toBe(0);
    });

    it('goes on waiting while something moves, however slowly', async () => {
      transport.send(frame(100));
      await settled();
      for (let i = 0; i < 4; i++) {
        transport.send(frame(100));
        await settled();
        clock.advance(9_000);
        socket.takeOne();
        await settled();
      }
      clock.advance(9_000);
      expect(overflows).toEqual([]);
      clock.advance(20_000);
      expect(overflows).toEqual(['Nothing could be sent for 10000 ms']);
    });

    it('forgets its worry when everything has been taken after all', async () => {
      transport.send(frame(100));
      await settled();
      clock.advance(5_000);
      socket.flow();
      await settled();
      clock.advance(60_000);
      expect(overflows).toEqual([]);
      expect(wheel.size).toBe(0);
    });

    it('leaves no timer behind when it is closed or the connection goes', async () => {
      transport.send(frame(100));
      await settled();
      expect(wheel.size).toBe(1);
      transport.close(1000, '');
      expect(wheel.size).toBe(0);
      transport.closed();
      expect(wheel.size).toBe(0);
      clock.advance(60_000);
      expect(overflows).toEqual([]);
    });
  });

  it('does not take much for too much as long as it flows', async () => {
    for (let i = 0; i < 100; i++) transport.send(frame(500));
    await settled();
    expect(overflows).toEqual([]);
    expect(socket.text).toHaveLength(50_000);
  });

  it('works on a connection that does not count octets', async () => {
    Object.defineProperty(socket, 'bytesWritten', { value: undefined });
    socket.stall();
    transport.send(frame(100));
    await settled();
    clock.advance(10_050);
    expect(overflows).toEqual(['Nothing could be sent for 10000 ms']);
  });
});
