import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/chromium.js';
import { SampleCluster } from '../support/sample-cluster.js';
import { SamplePage } from '../support/sample-page.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { Artemis } from './support/artemis.js';
import { NatsServer } from './support/nats-server.js';
import { RabbitMq } from './support/rabbitmq.js';
import { RedisServer } from './support/redis-server.js';

/** What the sample is told of a broker, and how that ends. */
interface Engine {
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

type StartEngine = () => Promise<Engine>;

/** Each is what `BROKER` calls it. */
const BUSES: readonly [string, StartEngine][] = [
  ['redis', async () => atPort(await RedisServer.start())],
  ['nats', async () => atPort(await NatsServer.start())],
  [
    'ipc',
    async () => {
      const folder = await temporaryFolder();
      return { environment: { BROKER_PATH: folder.file('bus.sock') }, stop: () => folder.remove() };
    },
  ],
];

const RELAYS: readonly [string, StartEngine][] = [
  ['rabbitmq', async () => atPort(await RabbitMq.start())],
  ['artemis', async () => atPort(await Artemis.start())],
];

function atPort(server: { readonly port: number; stop(): Promise<void> }): Engine {
  return { environment: { BROKER_PORT: String(server.port) }, stop: () => server.stop() };
}

/** What CI has said that it cannot install. */
const without = new Set(process.env.STOMP_WITHOUT?.split(','));
const isThere = ([name]: readonly [string, StartEngine]): boolean => !without.has(name);

let browser: Browser;
let engine: Engine;
let cluster: SampleCluster;

const visit = (url: string, name: string): Promise<SamplePage> => SamplePage.visit(browser, url, name);

beforeAll(async () => {
  browser = await launchChromium();
});

afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

afterAll(() => browser?.close());

describe.each([...BUSES, ...RELAYS].filter(isThere))(
  'two instances of the sample on %s',
  (broker, startEngine) => {
    runsOn(broker, startEngine);

    it('carry chat from a browser on one to a browser on the other, and back', async () => {
      const [one, other] = cluster.instances;
      const ada = await visit(one, 'Ada');
      const bob = await visit(other, 'Bob');
      await ada.say('Hello Bob');
      await bob.sees('chat-messages', 'Hello Bob');
      await bob.say('Hello Ada');
      await ada.sees('chat-messages', 'Hello Ada');
      expect(await ada.textOf('chat-messages')).toContain('Hello Bob');
    });

    it('are one behind the reverse proxy, prices and all', async () => {
      const { proxy } = cluster;
      const cleo = await visit(proxy, 'Cleo');
      const others = [await visit(proxy, 'Dan'), await visit(proxy, 'Eve')];
      for (const page of [cleo, ...others]) await page.sees('prices', 'NEST');
      await cleo.say('Hello all');
      for (const page of others) {
        await page.sees('chat-messages', 'Hello all');
        expect(await page.textOf('chat-messages')).toContain('Cleo');
      }
    });
  },
);

describe.each([...BUSES, ...RELAYS].filter(isThere))(
  'the users of two instances of the sample on %s',
  (broker, startEngine) => {
    runsOn(broker, startEngine);

    it('are seen by those of either, even when they come at once, until they leave', async () => {
      const [one, other] = cluster.instances;
      const [flo, guy] = await Promise.all([visit(one, 'Flo'), visit(other, 'Guy')]);
      await flo.sees('visitors', 'Guy');
      await guy.sees('visitors', 'Flo');
      await guy.leave();
      await flo.seesNoMore('visitors', 'Guy');
      // Guy's instance may not have known of Flo yet when it told that he has left; what it tells later is right.
      await flo.sees('visitors', /^(?!.*Guy).*Flo \(you\)/s);
      expect(await flo.textOf('visitors')).toContain('Flo (you)');
    });

    it('are told in every tab, wherever that is connected, what they have traded, and nobody else is', async () => {
      const [one, other] = cluster.instances;
      const [here, there, stranger] = [
        await visit(one, 'Hal'),
        await visit(other, 'Hal'),
        await visit(other, 'Ivy'),
      ];
      // On a connection of its own to the broker what it asked for first is there first.
      await stranger.sees('prices', 'NEST');
      await here.buy('NEST', 7);
      for (const tab of [here, there]) await tab.sees('trade-status', 'Bought 7 NEST');
      await stranger.sees('trades', /Hal\s+bought 7 NEST/);
      expect(await stranger.textOf('trade-status')).not.toContain('Bought');
    });
  },
);

/** Starts the engine and the sample for the tests of a block. */
function runsOn(broker: string, startEngine: StartEngine): void {
  beforeAll(async () => {
    engine = await startEngine();
    cluster = await SampleCluster.start({ ...engine.environment, BROKER: broker });
  });

  afterAll(async () => {
    await cluster?.stop();
    await engine?.stop();
  });
}
