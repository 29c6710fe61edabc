import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { chromium, type Browser, type Page } from 'playwright-core';

const SAMPLE = 'sample/portfolio/dist/main.js';
const SCREENSHOTS = 'test/browser/screenshots';
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

let server: ChildProcess;
let url: string;
let browser: Browser;
const problems: string[] = [];

/** Starts the sample as `npm start` does, on a free port. */
async function startSample(): Promise<void> {
  server = spawn(process.execPath, [SAMPLE], { env: { ...process.env, PORT: '0', NO_COLOR: '1' } });
  url = await new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const [, address] = /Open (http:\/\/localhost:\d+)/.exec(output) ?? [];
      if (address !== undefined) resolve(address);
    };
    server.stdout?.on('data', read);
    server.stderr?.on('data', read);
    server.once('exit', () => reject(new Error(`The sample ended: ${output}`)));
  });
}

/** Opens the page as a visitor of this name and waits until it is connected. */
async function visit(name: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(url);
  const state = page.getByTestId('state');
  if ((await state.textContent())?.trim() !== 'disconnected') await page.getByTestId('disconnect').click();
  await page.getByTestId('login').fill(name);
  await page.getByTestId('connect').click();
  await holds(page, 'state', /^\s*connected\s*$/);
  return page;
}

async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}

async function trade(page: Page, action: 'buy' | 'sell', shares: number): Promise<void> {
  await page.getByTestId('trade-ticker').selectOption('NEST');
  await page.getByTestId('trade-shares').fill(String(shares));
  await page.getByTestId(`trade-${action}`).click();
}

/** Waits until a visitor has a position of so many shares. */
async function owns(page: Page, shares: number): Promise<void> {
  await page
    .getByTestId('positions')
    .getByRole('cell', { name: String(shares), exact: true })
    .waitFor();
}

/** Waits until an element holds a text. */
async function holds(page: Page, testId: string, text: string | RegExp): Promise<void> {
  await page.getByTestId(testId).filter({ hasText: text }).first().waitFor();
}

beforeAll(async () => {
  await startSample();
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
});

afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  expect(problems.splice(0)).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  if (server?.exitCode === null) {
    const gone = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await gone;
  }
});

describe('the portfolio page', () => {
  it('shows prices that move, and their frames on the way through the flow', async () => {
    const page = await visit('Ada');
    await holds(page, 'prices', 'NEST');
    const first = await page.getByTestId('prices').textContent();
    await page.waitForFunction(
      `document.querySelector('[data-testid=prices]').textContent !== ${JSON.stringify(first)}`,
    );
    await page.waitForFunction(
      `Number(document.querySelector('[data-testid=flow-count-encoder]').textContent) > 5`,
    );
    const log = page.getByTestId('frame-log').filter({ hasText: 'MESSAGE' });
    await log.waitFor({ state: 'attached' });
    await page.getByTestId('price-plot').locator('canvas').first().waitFor();
    await screenshot(page, 'desktop-light');
    expect(await page.getByTestId('prices').textContent()).not.toBe(first);
  });

  it('answers a greeting by STOMP and one by HTTP on the same topic', async () => {
    const page = await visit('Ada');
    await page.getByTestId('greeting-input').fill('by STOMP');
    await page.getByTestId('greeting-send').click();
    await holds(page, 'greetings', 'by STOMP');
    await page.getByTestId('greeting-input').fill('by HTTP');
    await page.getByTestId('greeting-http').click();
    await holds(page, 'greetings', 'by HTTP');
    expect(await page.getByTestId('greetings').textContent()).toMatch(/\[\d\d:\d\d:\d\d\] by HTTP/);
  });

  it('carries chat and trades from one visitor to another', async () => {
    const ada = await visit('Ada');
    const bob = await visit('Bob');
    await ada.getByTestId('chat-input').fill('Hello Bob <b>not bold</b>');
    await ada.getByTestId('chat-send').click();
    await holds(bob, 'chat-messages', 'Hello Bob <b>not bold</b>');
    await holds(bob, 'chat-messages', 'Ada');
    expect(await bob.getByTestId('chat-messages').locator('b').allTextContents()).not.toContain('not bold');
    await trade(bob, 'buy', 7);
    await holds(ada, 'trades', 'Bob');
    await owns(bob, 17);
  });

  it('tells every tab of a user of a trade, and nobody else', async () => {
    const tab = await visit('Cleo');
    const otherTab = await visit('Cleo');
    const stranger = await visit('Dan');
    await trade(tab, 'buy', 4);
    for (const page of [tab, otherTab]) {
      await holds(page, 'trade-status', /^Bought 4 NEST at /);
      await owns(page, 14);
    }
    await holds(stranger, 'trades', 'Cleo');
    await owns(stranger, 10);
    expect(await stranger.getByTestId('trade-status').textContent()).toBe('');
    expect(await stranger.getByTestId('frame-log').textContent()).not.toMatch(
      /MESSAGE ⏎ [^^]*destination:\/user\/queue\/position-updates/,
    );
  });

  it('says why a trade was refused, to the tab that asked for it', async () => {
    const tab = await visit('Eve');
    const otherTab = await visit('Eve');
    await trade(tab, 'sell', 900);
    await holds(tab, 'trade-status', 'Not enough shares of NEST');
    await trade(tab, 'buy', 1);
    await holds(otherTab, 'trade-status', /^Bought 1 NEST/);
    await owns(tab, 11);
    expect(await otherTab.getByTestId('frame-log').textContent()).not.toContain('Not enough shares');
  });

  it('shows a private message on its way through the user destinations', async () => {
    const page = await visit('Gil');
    await trade(page, 'buy', 1);
    // Two subscriptions on their way in, and the update on its way out, which passes brokerChannel before and after.
    await holds(page, 'flow-count-users', /^3$/);
    expect(await page.getByTestId('flow-count-users').textContent()).toBe('3');
  });

  it('shows who is here and forgets who has left', async () => {
    const flo = await visit('Flo');
    await holds(flo, 'visitors', 'Flo (you)');
    const guy = await visit('Guy');
    const nobody = await visit(' ');
    await holds(guy, 'visitors', 'Flo');
    await holds(flo, 'visitors', 'Guy');
    await holds(flo, 'visitors', '1 anonymous');
    await guy.getByTestId('disconnect').click();
    await nobody.close();
    const gone = flo.getByTestId('visitors').filter({ hasText: /Guy|anonymous/ });
    await gone.waitFor({ state: 'detached' });
    await holds(flo, 'visitors', 'Flo (you)');
    expect(await guy.getByTestId('visitors').textContent()).toBe('');
  });

  it('is dark when the visitor prefers dark', async () => {
    const page = await visit('Ada', { colorScheme: 'dark' });
    await holds(page, 'prices', 'NEST');
    await screenshot(page, 'desktop-dark');
    const background = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const [red = 255] = (background.match(/\d+/g) ?? []).map(Number);
    expect(red).toBeLessThan(80);
  });

  it('fits a phone without scrolling sideways', async () => {
    const page = await visit('Ada', { viewport: { width: 375, height: 812 } });
    await holds(page, 'prices', 'NEST');
    await screenshot(page, 'phone');
    const [content = 0, width = 0] = await page.evaluate<number[]>(
      '[document.documentElement.scrollWidth, window.innerWidth]',
    );
    expect(content).toBeLessThanOrEqual(width);
  });
});
