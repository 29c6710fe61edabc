import { Module, type DynamicModule } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StompModule } from 'nestjs-stomp';
import { MemoryCluster, StompTestKit, type StompTestMessage } from 'nestjs-stomp/testing';
import { Presence } from '../src/presence.js';

@Module({})
class PresenceModule {
  static on(cluster: MemoryCluster): DynamicModule {
    const stomp = StompModule.forRoot({
      endpoints: [{ path: '/portfolio' }],
      applicationDestinationPrefixes: ['/app'],
      simpleBroker: { destinationPrefixes: ['/topic'], cluster: { bus: cluster.bus() } },
    });
    return { module: PresenceModule, imports: [stomp], providers: [Presence] };
  }
}

describe('Who is here, on two instances', () => {
  let one: StompTestKit;
  let other: StompTestKit;

  beforeEach(async () => {
    const cluster = new MemoryCluster();
    const start = (): Promise<StompTestKit> =>
      StompTestKit.create(Test.createTestingModule({ imports: [PresenceModule.on(cluster)] }));
    [one, other] = [await start(), await start()];
  });

  afterEach(async () => {
    await one.close();
    await other.close();
  });

  it('is everybody in the end, when two come to them at once and neither knows of the other yet', async () => {
    const ann = await one.connectAs('ann');
    const news = await ann.subscribe('/topic/presence');
    await other.connectAs('bob');
    const last = await news.expectMessage((message) => namesIn(message).length === 2);
    expect(new Set(namesIn(last))).toEqual(new Set(['ann', 'bob']));
  });

  it('is not those who have left the other', async () => {
    const ann = await one.connectAs('ann');
    const news = await ann.subscribe('/topic/presence');
    const bob = await other.connectAs('bob');
    await news.expectMessage((message) => namesIn(message).length === 2);
    await news.takeAll();
    await bob.disconnect();
    const last = await news.expectMessage((message) => !namesIn(message).includes('bob'));
    expect(last.json()).toEqual({ names: ['ann'], more: 0, anonymous: 0 });
  });
});

function namesIn(message: StompTestMessage): readonly string[] {
  return message.json<{ names: readonly string[] }>().names;
}
