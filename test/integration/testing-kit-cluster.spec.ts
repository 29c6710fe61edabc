import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { MessageMapping, SendTo, StompModule, type ClusterBus } from 'nestjs-stomp';
import { StompTestKit } from 'nestjs-stomp/testing';
import { ipc, memory } from '../support/local-engines.js';

@Controller()
class ChatController {
  @MessageMapping('/chat')
  @SendTo('/topic/chat')
  chat(text: string): string {
    return text;
  }
}

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function startKit(bus: ClusterBus): Promise<StompTestKit> {
  const kit = await StompTestKit.create(
    Test.createTestingModule({
      imports: [
        StompModule.forRoot({
          endpoints: [{ path: '/stomp' }],
          applicationDestinationPrefixes: ['/app'],
          simpleBroker: { destinationPrefixes: ['/topic'], cluster: { bus } },
        }),
      ],
      controllers: [ChatController],
    }),
  );
  ends.push(() => kit.close());
  return kit;
}

describe('the test kit and a cluster', () => {
  it.each([
    ['memory', memory],
    ['sockets of the machine', ipc],
  ])('tests two applications with each other, over %s', async (_name, start) => {
    const engine = await start();
    ends.push(() => engine.stop());
    const [one, two] = [await startKit(engine.bus()), await startKit(engine.bus())];
    const ann = await two.connect();
    const chat = await ann.subscribe('/topic/chat');
    const joe = await one.connect();
    await joe.send('/app/chat', 'hello');
    expect((await chat.expectMessage()).body).toBe('hello');
  });
});
