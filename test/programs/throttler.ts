import { pathToFileURL } from 'node:url';
import { Controller, type CanActivate, type Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Throttle, ThrottlerModule } from '@nestjs/throttler';
import { MessageMapping } from 'nestjs-stomp';
import { bodyOf, exchange } from '../support/exchange.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

@Controller()
class Chat {
  @MessageMapping('/chat')
  chat(text: string): string {
    return text;
  }

  @MessageMapping('/slow')
  @Throttle({ default: { limit: 1, ttl: 60_000 } })
  slow(text: string): string {
    return text;
  }
}

/** The guard of docs/recipes.md; the file that holds it is the argument. */
const { StompThrottlerGuard } = (await import(pathToFileURL(process.argv[2] ?? '').href)) as {
  StompThrottlerGuard: Type<CanActivate>;
};

const { url, logger } = await startTestApp({
  imports: [ThrottlerModule.forRoot([{ ttl: 60_000, limit: 3 }])],
  controllers: [Chat],
  providers: [{ provide: APP_GUARD, useClass: StompThrottlerGuard }],
});
const say = (path: string, body: string): string => `SEND\ndestination:/app/${path}\n\n${body}\0`;
const chat = [1, 2, 3, 4, 5].map((number) => say('chat', String(number)));
const received = await exchange(url, ...chat, say('slow', 'a'), say('slow', 'b'));
console.log(JSON.stringify({ bodies: received.map(bodyOf), warnings: logger.textsOf('warn') }));
await closeTestApps();
process.exit();
