// A whole publish by `SimpMessagingTemplate`, from conversion to the one receiver, among subscriptions that do not match.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { loadProject, loadRegistry } from '../servers/load-project.js';
import { MEASURE_MS, tell, type MicroRow } from './micro-row.js';
import { timesPerSecond } from './stop-clock.js';

const { SimpMessagingTemplate, StompModule } = await loadProject();
const { DefaultSubscriptionRegistry } = await loadRegistry();
const SUBSCRIPTIONS_PER_SESSION = 100;
const PRICE = { ticker: 'ACME', price: 12.5 };

const KINDS: readonly (readonly [string, readonly number[], (i: number) => string])[] = [
  ['literals', [100, 100_000], (i) => `/topic/other/${i}`],
  ['patterns', [10, 10_000], (i) => `/topic/other-${i}/*`],
];
const rows: MicroRow[] = [];

for (const [kind, counts, destinationOf] of KINDS) {
  for (const count of counts) {
    const registry = new DefaultSubscriptionRegistry();
    // A session that is not connected: sending to a socket would only hide growth.
    registry.add('me', 'sub-0', '/topic/prices/ACME');
    for (let i = 0; i < count; i++) {
      registry.add(`session-${Math.floor(i / SUBSCRIPTIONS_PER_SESSION)}`, `sub-${i}`, destinationOf(i));
    }
    @Module({
      imports: [
        StompModule.forRoot({
          endpoints: [{ path: '/stomp' }],
          simpleBroker: { destinationPrefixes: ['/topic'], subscriptionRegistry: registry },
        }),
      ],
    })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
    const template = app.get(SimpMessagingTemplate);
    const publish = (): unknown => template.convertAndSend('/topic/prices/ACME', PRICE);
    if (publish() !== 'handled') throw new Error('No broker has taken the message');
    rows.push({
      row: `publish among ${count} ${kind} that do not match`,
      parameters: { count, kind },
      server: 'ours',
      sample: timesPerSecond(publish, MEASURE_MS * 2),
    });
    await app.close();
  }
}
tell(rows);
