import { afterEach, describe, expect, it } from '@jest/globals';
import type { StompEndpointOptions } from 'nestjs-stomp';
import { destroyRawRequests, HANDSHAKE, rawRequest } from '../support/raw-http.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  destroyRawRequests();
  await closeTestApps();
});

const SWITCHED = 'HTTP/1.1 101 Switching Protocols';
const FORBIDDEN = 'HTTP/1.1 403 Forbidden';

/** The status line for a handshake with these header lines, at an endpoint with these lists. */
async function statusFor(
  headers: readonly string[],
  lists: Omit<StompEndpointOptions, 'path'> = {},
): Promise<string> {
  const { port } = await startTestApp({ stomp: { endpoints: [{ path: '/stomp', ...lists }] } });
  return (await rawRequest(port, 'GET /stomp', [...HANDSHAKE, ...headers])).statusLine;
}

describe('an endpoint without lists', () => {
  it.each([
    ['http://a.example:8080', 'a.example:8080'],
    ['http://a.example', 'a.example'],
    ['http://a.example:80', 'a.example'],
    ['http://a.example', 'a.example:80'],
    ['HTTP://A.Example', 'a.example'],
    ['http://[::1]:8080', '[::1]:8080'],
  ])('lets its own origin in: Origin %s, Host %s [EP-12] [EP-14]', async (origin, host) => {
    expect(await statusFor([`Origin: ${origin}`, `Host: ${host}`])).toBe(SWITCHED);
  });

  it.each([
    ['http://b.example', 'a.example'],
    ['http://a.example:8081', 'a.example:8080'],
    ['http://a.example:443', 'a.example'],
    ['https://a.example', 'a.example'],
    ['http://127.0.0.1:8080', 'localhost:8080'],
    ['http://a.example.evil', 'a.example'],
    ['http://evil/a.example', 'a.example'],
    ['http://a.example@evil', 'a.example'],
    ['null', 'a.example'],
    ['', 'a.example'],
    ['file://', 'a.example'],
    ['a.example', 'a.example'],
    ['http://a.example, http://b.example', 'a.example'],
  ])('refuses a foreign one: Origin %s, Host %s [EP-12] [EP-14] [D93]', async (origin, host) => {
    expect(await statusFor([`Origin: ${origin}`, `Host: ${host}`])).toBe(FORBIDDEN);
  });

  it('lets requests in that come from no page [EP-13] [D93]', async () => {
    expect(await statusFor([])).toBe(SWITCHED);
  });

  it('refuses an origin even if the host cannot be read', async () => {
    expect(await statusFor(['Origin: http://a.example', 'Host: a b'])).toBe(FORBIDDEN);
  });
});

describe('allowedOrigins', () => {
  it.each([
    ['https://app.example', 'https://app.example'],
    ['https://app.example/', 'https://app.example'],
    ['https://app.example', 'https://app.example/'],
    ['https://App.Example', 'HTTPS://app.EXAMPLE'],
    ['https://app.example:8443', 'https://app.example:8443'],
    ['null', 'null'],
    ['*', 'https://any.example'],
    ['*', 'null'],
  ])('%s lets %s in [EP-15]', async (allowed, origin) => {
    const allowedOrigins = ['https://other.example', allowed];
    expect(await statusFor([`Origin: ${origin}`], { allowedOrigins })).toBe(SWITCHED);
  });

  it.each([
    ['https://app.example', 'http://app.example'],
    ['https://app.example', 'https://app.example:8443'],
    ['https://app.example', 'https://app.example.evil'],
    ['https://app.example', 'https://sub.app.example'],
    ['https://app.example', 'https://app.example//'],
  ])('%s does not let %s in [EP-15]', async (allowed, origin) => {
    expect(await statusFor([`Origin: ${origin}`], { allowedOrigins: [allowed] })).toBe(FORBIDDEN);
  });

  it('that do not name the server’s own origin let it in all the same [EP-14]', async () => {
    const headers = ['Origin: http://a.example', 'Host: a.example'];
    expect(await statusFor(headers, { allowedOrigins: ['https://other.example'] })).toBe(SWITCHED);
  });

  it('of one endpoint say nothing about another', async () => {
    const { port } = await startTestApp({
      stomp: { endpoints: [{ path: '/open', allowedOrigins: ['*'] }, { path: '/stomp' }] },
    });
    const headers = [...HANDSHAKE, 'Origin: https://app.example'];
    expect((await rawRequest(port, 'GET /open', headers)).statusLine).toBe(SWITCHED);
    expect((await rawRequest(port, 'GET /stomp', headers)).statusLine).toBe(FORBIDDEN);
  });
});

describe('allowedOriginPatterns', () => {
  it.each([
    ['https://*.app.example', 'https://a.app.example'],
    ['https://*.app.example', 'https://a.b.app.example'],
    ['https://*.App.example/', 'https://a.app.EXAMPLE'],
    ['https://app.example:[8080,9090]', 'https://app.example:8080'],
    ['https://app.example:[8080,9090]', 'https://app.example:9090'],
    ['https://app.example:[*]', 'https://app.example:1'],
    ['https://app.example:[*]', 'https://app.example'],
    ['*://*.app.example:[*]', 'http://x.app.example:3000'],
    ['http://[::1]:[*]', 'http://[::1]:3000'],
    ['https://a*b*c.example', 'https://a1b2bc.example'],
    ['*', 'null'],
  ])('%s lets %s in [EP-16]', async (pattern, origin) => {
    const allowedOriginPatterns = ['https://other.example', pattern];
    expect(await statusFor([`Origin: ${origin}`], { allowedOriginPatterns })).toBe(SWITCHED);
  });

  it.each([
    ['https://*.app.example', 'https://app.example'],
    ['https://*.app.example', 'https://a.app.example.evil'],
    ['https://*.app.example', 'http://a.app.example'],
    ['https://*.app.example', 'https://a.app.example:8443'],
    ['https://app.example:[8080,9090]', 'https://app.example'],
    ['https://app.example:[8080,9090]', 'https://app.example:80'],
    ['https://app.example:[8080,9090]', 'https://app.example:80809'],
    ['https://app.example:[*]', 'https://app.example.evil:1'],
    ['https://app.example:[*]', 'https://app.example:x'],
    ['https://a.example', 'https://aXexample'],
    ['https://a*a.example', 'https://a.example'],
  ])('%s does not let %s in [EP-16]', async (pattern, origin) => {
    expect(await statusFor([`Origin: ${origin}`], { allowedOriginPatterns: [pattern] })).toBe(FORBIDDEN);
  });

  it('and allowedOrigins are asked in turn: one that knows the origin is enough [EP-16]', async () => {
    const lists = {
      allowedOrigins: ['https://exact.example'],
      allowedOriginPatterns: ['https://*.wild.example'],
    };
    expect(await statusFor(['Origin: https://exact.example'], lists)).toBe(SWITCHED);
    expect(await statusFor(['Origin: https://a.wild.example'], lists)).toBe(SWITCHED);
    expect(await statusFor(['Origin: https://a.exact.example'], lists)).toBe(FORBIDDEN);
  });
});

describe('a foreign origin', () => {
  it.each([
    ['a plain GET', 'GET /stomp', []],
    ['a POST', 'POST /stomp', ['Content-Length: 0']],
    ['no Connection', 'GET /stomp', ['Upgrade: websocket']],
    ['no key', 'GET /stomp', ['Upgrade: websocket', 'Connection: Upgrade']],
    ['a wrong version', 'GET /stomp', [...HANDSHAKE.slice(0, 3), 'Sec-WebSocket-Version: 8']],
    ['a doubled sub-protocol', 'GET /stomp', [...HANDSHAKE, 'Sec-WebSocket-Protocol: v12.stomp, v12.stomp']],
  ])(
    'is refused with 403 before anything else is looked at: %s [EP-11]',
    async (_case, requestLine, headers) => {
      const { port } = await startTestApp();
      const answer = await rawRequest(port, requestLine, [...headers, 'Origin: https://evil.example']);
      expect(answer.statusLine).toBe(FORBIDDEN);
      expect(answer.body).not.toContain('evil.example');
      expect(answer.headers).not.toHaveProperty('allow');
    },
  );

  it('is logged once, with the endpoint and what to do, and cannot write lines of its own', async () => {
    const { port, logger } = await startTestApp();
    await rawRequest(port, 'GET /stomp', [
      ...HANDSHAKE,
      `Origin: https://evil.example/"\t${'x'.repeat(500)}`,
    ]);
    expect(logger.textsOf('warn')).toEqual([
      expect.stringMatching(
        /^Origin "https:\/\/evil\.example\/\\"\\tx{0,180}" may not open \/stomp\. List it under allowedOrigins of that endpoint\.$/,
      ),
    ]);
  });
});
