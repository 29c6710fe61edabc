import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Logger, type INestApplication } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { StompEvents, type SimpSession } from 'nestjs-stomp';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { destroyRawRequests, HANDSHAKE, rawRequest, type RawResponse } from '../support/raw-http.js';
import { RecordingLogger } from '../support/test-app.js';

const SECRET = 'a secret of the tests';

/** A program that runs, what it logs, and the sessions that its clients open. */
interface Program {
  readonly port: number;
  readonly logger: RecordingLogger;
  readonly sessions: readonly SimpSession[];
}

// Inside the repository, so that they are compiled and find their packages as files of an application would.
const folder = mkdtempSync(join(import.meta.dirname, 'authentication-'));
let app: INestApplication | undefined;

/** Runs the program under a heading of docs/authentication.md as it stands there, on a free port. */
async function run(heading: string): Promise<Program> {
  const [, section = ''] = readFileSync('docs/authentication.md', 'utf8').split(`\n## ${heading}\n`);
  const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(section) ?? [];
  expect(code).toContain('await app.listen(3000);');
  const file = join(folder, `${heading.replaceAll(/\W/g, '-')}-${Date.now()}.ts`);
  writeFileSync(file, `${code.replace('listen(3000)', "listen(0, '127.0.0.1')")}\nexport { app };\n`);
  ({ app } = (await import(file)) as { app: INestApplication });
  const logger = new RecordingLogger();
  app.useLogger(logger);
  const sessions: SimpSession[] = [];
  app.get(StompEvents).subscribe((event) => {
    if ('session' in event && !sessions.includes(event.session)) sessions.push(event.session);
  });
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { port, logger, sessions };
}

/** What CONNECT is answered after a handshake with this cookie and query. */
async function connected(port: number, cookie: string, query = ''): Promise<string> {
  const client = await RawClient.open(`ws://127.0.0.1:${port}/stomp${query}`, [], { headers: { cookie } });
  client.send('CONNECT\naccept-version:1.2\n\n\0');
  return client.next();
}

function handshake(port: number, headers: readonly string[] = []): Promise<RawResponse> {
  return rawRequest(port, 'GET /stomp', [...HANDSHAKE, ...headers]);
}

/** Logs in over HTTP and returns the cookie. */
async function login(port: number, body: object): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(201);
  const [cookie = ''] = response.headers.getSetCookie();
  return cookie.split(';')[0] ?? '';
}

/** As `cookie-signature` signs. */
function signed(value: string, secret: string): string {
  const signature = createHmac('sha256', secret).update(value).digest('base64').replace(/=+$/, '');
  return encodeURIComponent(`s:${value}.${signature}`);
}

const JOE = 'CONNECTED\nversion:1.2\nheart-beat:10000,10000\nuser-name:joe\n\n\0';
const SECRETS = ['COOKIE_SECRET', 'SESSION_SECRET', 'JWT_SECRET'];

beforeAll(() => {
  Logger.overrideLogger(false);
  for (const name of SECRETS) process.env[name] = SECRET;
});

afterEach(async () => {
  terminateRawClients();
  destroyRawRequests();
  await app?.close();
  app = undefined;
});

afterAll(() => {
  for (const name of SECRETS) delete process.env[name];
  rmSync(folder, { recursive: true });
});

describe('the programs of docs/authentication.md', () => {
  it('name the user by a signed cookie', async () => {
    const { port, sessions } = await run('A signed cookie');
    expect(await connected(port, `user=${signed('joe', SECRET)}`)).toBe(JOE);
    expect(sessions.map(({ user }) => user)).toEqual([{ name: 'joe' }]);
    for (const cookies of [[], ['Cookie: user=joe'], [`Cookie: user=${signed('joe', 'another secret')}`]]) {
      const answer = await handshake(port, cookies);
      expect(answer).toMatchObject({ statusLine: 'HTTP/1.1 401 Unauthorized', body: 'Log in first' });
    }
  });

  it('name the user by the HTTP session, and copy it', async () => {
    const { port, sessions, logger } = await run('express-session');
    const cookie = await login(port, { name: 'joe' });
    expect(await connected(port, cookie)).toBe(JOE);
    const [, id] = /s%3A([^.]+)\./.exec(cookie) ?? [];
    expect([...(sessions[0]?.attributes ?? [])]).toEqual([
      ['userName', 'joe'],
      ['HTTP.SESSION.ID', id],
    ]);
    const answer = await handshake(port);
    expect(answer.statusLine).toBe('HTTP/1.1 403 Forbidden');
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(JSON.stringify(logger.lines)).not.toContain(id);
  });

  it('name the user by the session of passport', async () => {
    const { port, sessions } = await run('passport');
    expect(await connected(port, await login(port, { id: 7 }))).toBe(JOE);
    expect(sessions.map(({ user }) => user)).toEqual([{ name: 'joe' }]);
    expect((await handshake(port)).statusLine).toBe('HTTP/1.1 403 Forbidden');
  });

  it('name the user by a JWT in a cookie or in the query', async () => {
    const { port, sessions, logger } = await run('A JWT in a cookie or in the query');
    const jwt = new JwtService({ secret: SECRET });
    const exp = Math.floor(Date.now() / 1000) + 3600;
    const token = jwt.sign({ sub: 'joe', exp, roles: ['ADMIN'] });
    expect(await connected(port, `access_token=${token}`)).toBe(JOE);
    expect(await connected(port, '', `?access_token=${token}`)).toBe(JOE);
    const user = { name: 'joe', roles: ['ADMIN'], expiresAt: exp * 1000 };
    expect(sessions.map((session) => session.user)).toEqual([user, user]);
    const forged = new JwtService({ secret: 'another' }).sign({ sub: 'joe', exp });
    const expired = jwt.sign({ sub: 'joe', exp: exp - 7200 });
    for (const bad of [forged, expired, 'x', '']) {
      const answer = await handshake(port, [`Cookie: access_token=${bad}`]);
      expect(answer).toMatchObject({
        statusLine: 'HTTP/1.1 401 Unauthorized',
        body: 'The token is missing or not valid',
      });
    }
    for (const secret of [token, forged, expired]) {
      expect(JSON.stringify(logger.lines)).not.toContain(secret.split('.')[2]);
    }
  });
});
