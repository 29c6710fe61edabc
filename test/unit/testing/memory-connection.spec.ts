import { beforeEach, describe, expect, it } from '@jest/globals';
import { EncodedFrame } from '../../../src/session/encoded-frame.js';
import type { CloseStatus } from '../../../src/session/stomp-event.js';
import { MemoryConnection } from '../../../src/testing/memory-connection.js';

describe('A connection in memory', () => {
  let toClient: string[];
  let toServer: string[];
  let ends: CloseStatus[];
  let connection: MemoryConnection;

  beforeEach(() => {
    [toClient, toServer, ends] = [[], [], []];
    connection = new MemoryConnection((octets) => toClient.push(octets.toString()));
    connection.attach({
      receive: (chunk) => toServer.push(Buffer.from(chunk).toString()),
      transportClosed: (status) => ends.push(status),
    });
  });

  it('carries octets both ways', () => {
    connection.write(Buffer.from('ping'));
    connection.send(new EncodedFrame([Buffer.from('po'), Buffer.from('ng')], false));
    expect(toServer).toEqual(['ping']);
    expect(toClient).toEqual(['pong']);
  });

  it('holds octets back while the server does not read, and keeps their order', () => {
    connection.pause();
    for (const text of ['1', '2', '3']) connection.write(Buffer.from(text));
    expect(toServer).toEqual([]);
    connection.attach({
      receive: (chunk) => {
        toServer.push(Buffer.from(chunk).toString());
        if (toServer.length === 1) connection.pause();
      },
      transportClosed: () => undefined,
    });
    connection.resume();
    connection.write(Buffer.from('4'));
    expect(toServer).toEqual(['1']);
    connection.resume();
    expect(toServer).toEqual(['1', '2', '3', '4']);
  });

  it('ends once, and carries nothing then', async () => {
    expect(connection.status).toBeUndefined();
    connection.close(1008, 'no');
    connection.close(1000, '');
    connection.drop();
    connection.write(Buffer.from('x'));
    connection.send(new EncodedFrame([Buffer.from('x')], false));
    expect(await connection.closed).toEqual({ code: 1008, reason: 'no' });
    expect(connection.status).toEqual({ code: 1008, reason: 'no' });
    expect(ends).toEqual([{ code: 1008, reason: 'no' }]);
    expect([...toClient, ...toServer]).toEqual([]);
  });

  it('cuts a reason as a WebSocket would', async () => {
    connection.close(1000, 'é'.repeat(100));
    expect((await connection.closed).reason).toBe('é'.repeat(61));
  });

  it('ends without a word when the client is lost', async () => {
    connection.drop();
    expect(await connection.closed).toEqual({ code: 1006, reason: '' });
    expect(ends).toEqual([{ code: 1006, reason: '' }]);
  });
});
