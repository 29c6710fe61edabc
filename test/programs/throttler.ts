import { Controller, Injectable, type ExecutionContext } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Throttle, ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { MessageMapping, type SimpSession } from 'nestjs-stomp';
import { bodyOf, exchange } from '../support/exchange.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

/** As docs/recipes.md has it. */
@Injectable()
class StompThrottlerGuard extends ThrottlerGuard {
  protected override getRequestResponse(context: ExecutionContext): {
    req: Record<string, unknown>;
    res: Record<string, unknown>;
  } {
    if (context.getType() !== 'ws') return super.getRequestResponse(context);
    const { user, handshake } = context.switchToWs().getClient<SimpSession>();
    const ip = user?.name ?? handshake.remoteAddress;
    return { req: { ip, headers: handshake.headers }, res: { header: () => undefined } };
  }
}

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
