import { describe, expect, it } from '@jest/globals';
import { natsAddress } from '../../../src/nats/nats-address.js';

describe('the address of a NATS', () => {
  it.each([
    [undefined, undefined, '127.0.0.1:4222'],
    [undefined, 4223, '127.0.0.1:4223'],
    [[], undefined, '127.0.0.1:4222'],
    ['nats.example', undefined, 'nats.example:4222'],
    ['nats://user:secret@nats.example:4223', undefined, 'nats.example:4223'],
    ['tls://secret@nats.example/', undefined, 'nats.example:4222'],
    [['nats://one.example', 'two.example:4223'], undefined, 'one.example:4222, two.example:4223'],
    ['nats://[::1]:4222', undefined, '[::1]:4222'],
  ])('is read from the servers %j and the port %s as %s', (servers, port, address) => {
    expect(natsAddress(servers, port)).toBe(address);
  });
});
