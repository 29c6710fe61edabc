import { describe, expect, it } from '@jest/globals';
import { redisAddress } from '../../../src/redis/redis-address.js';

const DEFAULT_URL = 'redis://127.0.0.1:6379';
const HOW =
  'Write redis://host:6379, or redis://user:password@host:6379; rediss:// for TLS, unix:// for a socket file.';

describe('the address of a Redis', () => {
  it.each([
    ['redis://user:secret@redis.example:6380/2', undefined, 'redis.example:6380'],
    ['rediss://:secret@redis.example', undefined, 'redis.example:6379'],
    ['redis://[::1]:6379', undefined, '[::1]:6379'],
    ['unix://user:secret@/run/redis.sock', undefined, '/run/redis.sock'],
    [undefined, undefined, '127.0.0.1:6379'],
    [undefined, { host: 'redis.example' }, 'redis.example:6379'],
    [undefined, { port: 6380 }, '127.0.0.1:6380'],
    [undefined, { path: '/run/redis.sock' }, '/run/redis.sock'],
    ['redis://redis.example', { host: 'another', keepAlive: true }, 'redis.example:6379'],
    ['rediss://redis.example', { tls: true }, 'redis.example:6379'],
  ])('is read from the url %s and the socket %j as %s', (url, socket, address) => {
    expect(redisAddress(url, socket, DEFAULT_URL)).toBe(address);
  });

  it('is refused, without showing it, when it is no URL', () => {
    expect(() => redisAddress('127.0.0.1:6379', undefined, DEFAULT_URL)).toThrow(
      new TypeError(`The option url of RedisClusterBus is not a URL. ${HOW}`),
    );
  });

  it.each(['http://redis.example', 'localhost:6379', 'nats://:secret@redis.example'])(
    'is refused at once, without showing it, when it is %s, of another protocol',
    (url) => {
      const [protocol] = url.split(':');
      expect(() => redisAddress(url, undefined, DEFAULT_URL)).toThrow(
        new TypeError(`The option url of RedisClusterBus begins with "${protocol}:". ${HOW}`),
      );
    },
  );

  it('is refused when url and socket disagree about TLS', () => {
    expect(() => redisAddress('redis://:secret@host', { tls: true }, DEFAULT_URL)).toThrow(
      new TypeError(
        'The options url and client.socket.tls of RedisClusterBus contradict each other. Write rediss://… for TLS, redis://… without.',
      ),
    );
  });
});
