import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { chromium, type Browser, type Page } from 'playwright-core';
import { Artemis } from './support/artemis.js';
import { RabbitMq } from './support/rabbitmq.js';

const CLUSTER = 'sample/portfolio/dist/cluster.js';
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** What the sample is told of a broker, and how that ends. */
interface Engine {
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const ENGINES: readonly [string, () => Promise<Engine>][] = [
  [
    'rabbitmq',
    async () => {
      const server = await RabbitMq.start();
      return { environment: { BROKER_PORT: String(server.port) }, stop: () => server.stop() };
    },
  ],
  [
    'artemis',
    async () => {
      const server = await Artemis.start();
      return { environment: { BROKER_PORT: String(server.port) }, stop: () => server.stop() };
    },
  ],
];

let browser: Browser;

beforeAll(async () => {
  if (!existsSync(CHROMIUM)) throw new Error('Chromium is missing. Install it: apt-get install chromium');
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
    ],
  });
});

afterAll(() => browser?.close());

/** What CI has said that it cannot install. */
const without = new Set(process.env.STOMP_WITHOUT?.split(','));

describe.each(ENGINES.filter(([name]) => !without.has(name)))(
  'two instances of the sample on %s',
  (broker, startEngine) => {
    let engine: Engine;
    let cluster: ChildProcess;
    /** The reverse proxy, then the instances. */
    let urls: string[];

    beforeAll(async () => {
      engine = await startEngine();
      cluster = spawn(process.execPath, [CLUSTER], {
        env: { ...process.env, ...engine.environment, BROKER: broker, PORT: '0', NO_COLOR: '1' },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      urls = await addressesOf(cluster);
    });

    afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

    afterAll(async () => {
      if (cluster?.exitCode === null) {
        const ended = once(cluster, 'exit');
        cluster.kill('SIGTERM');
        await ended;
      }
      await engine?.stop();
    });

    it('carry chat from a browser on one to a browser on the other, and back', async () => {
      const [, one = '', other = ''] = urls;
      const ada = await visit(one, 'Ada');
      const bob = await visit(other, 'Bob');
      await say(ada, 'Hello Bob');
      await holds(bob, 'chat-messages', 'Hello Bob');
      await say(bob, 'Hello Ada');
      await holds(ada, 'chat-messages', 'Hello Ada');
      expect(await ada.getByTestId('chat-messages').textContent()).toContain('Hello Bob');
    });

    it('are one behind the reverse proxy, prices and all', async () => {
      const [proxy = ''] = urls;
      const pages = [await visit(proxy, 'Cleo'), await visit(proxy, 'Dan'), await visit(proxy, 'Eve')];
      for (const page of pages) await holds(page, 'prices', 'NEST');
      const [cleo, ...others] = pages as [Page, ...Page[]];
      await say(cleo, 'Hello all');
      for (const page of others) {
        await holds(page, 'chat-messages', 'Hello all');
        expect(await page.getByTestId('chat-messages').textContent()).toContain('Cleo');
      }
    });
  },
);

async function addressesOf(cluster: ChildProcess): Promise<string[]> {
  const output: string[] = [];
  const deadline = setTimeout(() => cluster.kill('SIGKILL'), 60_000);
  try {
    for await (const line of createInterface({ input: cluster.stdout ?? process.stdin })) {
      output.push(line);
      if (line.includes('behind it')) return line.match(/http:\/\/localhost:\d+/g) ?? [];
    }
    throw new Error(`The sample ended: ${output.join('\n')}`);
  } finally {
    clearTimeout(deadline);
    cluster.stdout?.resume();
  }
}

async function visit(url: string, name: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(url);
  const state = page.getByTestId('state');
  if ((await state.textContent())?.trim() !== 'disconnected') await page.getByTestId('disconnect').click();
  await page.getByTestId('login').fill(name);
  await page.getByTestId('connect').click();
  await holds(page, 'state', /^\s*connected\s*$/);
  return page;
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByTestId('chat-input').fill(text);
  await page.getByTestId('chat-send').click();
}

async function holds(page: Page, testId: string, text: string | RegExp): Promise<void> {
  await page.getByTestId(testId).filter({ hasText: text }).first().waitFor();
}
