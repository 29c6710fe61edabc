import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { freePorts } from '../brokers/support/free-ports.js';
import { launchChromium } from '../support/chromium.js';
import { SampleCluster } from '../support/sample-cluster.js';
import { SamplePage } from '../support/sample-page.js';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.js';

describe('npm run start:cluster', () => {
  let browser: Browser;
  let folder: TemporaryFolder;
  let cluster: SampleCluster;

  beforeAll(async () => {
    browser = await launchChromium();
    folder = await temporaryFolder();
    cluster = await SampleCluster.start({ BROKER_PATH: folder.file('bus.sock') });
  });

  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

  afterAll(async () => {
    await cluster?.stop();
    await folder?.remove();
    await browser?.close();
  });

  it('needs no server for two instances that are one, whichever of them the reverse proxy takes', async () => {
    const { proxy, instances } = cluster;
    const visits = [proxy, ...instances].map((url, index) =>
      SamplePage.visit(browser, url, ['Ada', 'Bob', 'Cleo'][index] ?? ''),
    );
    const [ada, ...others] = (await Promise.all(visits)) as [SamplePage, SamplePage, SamplePage];
    await ada.say('Hello from somewhere');
    for (const page of others) {
      await page.sees('chat-messages', 'Hello from somewhere');
      await page.sees('prices', 'NEST');
    }
    for (const name of ['Ada (you)', 'Bob', 'Cleo']) await ada.sees('visitors', name);
    for (const [index, page] of others.entries()) {
      await page.say(`Answer ${index}`);
      await ada.sees('chat-messages', `Answer ${index}`);
    }
    expect(await others[0].textOf('chat-messages')).toContain('Ada');
  });

  it('ends and names the brokers that there are, if BROKER is none of them', async () => {
    await expect(SampleCluster.start({ BROKER: 'kafka' })).rejects.toThrow(
      /ended with 1[\s\S]*BROKER=kafka is none\. There are: simple, ipc, redis, nats, rabbitmq, artemis/,
    );
  });

  it.each(['redis', 'nats', 'rabbitmq'])(
    'ends and says how to start the server, if there is no %s',
    async (broker) => {
      const [port] = await freePorts(1);
      await expect(SampleCluster.start({ BROKER: broker, BROKER_PORT: String(port) })).rejects.toThrow(
        new RegExp(`ended with 1[\\s\\S]*${port}[\\s\\S]*docker compose up ${broker} starts one`),
      );
    },
  );
});
