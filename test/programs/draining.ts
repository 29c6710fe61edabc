import { Controller } from '@nestjs/common';
import { EventListener, MessageMapping, SendTo, SessionDisconnectEvent } from 'nestjs-stomp';
import { Deferred } from '../support/deferred.js';
import { RawClient } from '../support/raw-client.js';
import { startTestApp } from '../support/test-app.js';

const started = new Deferred();
const work = new Deferred<string>();
const steps: string[] = [];

@Controller()
class WorkController {
  @MessageMapping('/work')
  @SendTo('/topic/results')
  work(): Promise<string> {
    started.resolve();
    return work.promise;
  }

  @EventListener(SessionDisconnectEvent)
  async ended({ closeStatus }: SessionDisconnectEvent): Promise<void> {
    await Promise.resolve();
    steps.push(`disconnect ${closeStatus.code}`);
  }

  onApplicationShutdown(signal: string): void {
    steps.push(`shutdown ${signal}`);
    console.log(JSON.stringify(steps));
  }
}

const { url } = await startTestApp({
  controllers: [WorkController],
  stomp: { transport: { drain: { graceMs: 60_000 } } },
  prepare: (app) => app.enableShutdownHooks(['SIGTERM'], { useProcessExit: true }),
});
const client = await RawClient.connect(url);
client.send('SUBSCRIBE\nid:0\ndestination:/topic/results\n\n\0SEND\ndestination:/app/work\n\n\0');
await started.promise;
process.kill(process.pid, 'SIGTERM');
process.once('SIGTERM', () => work.resolve('done'));
const answer = await client.next();
steps.push(answer.slice(answer.indexOf('\n\n') + 2, -1));
