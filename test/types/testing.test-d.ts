/*
 * Compiled, never run: what the types of the test kit allow, and, at each `@ts-expect-error`, what they must refuse.
 */
import type { INestApplication } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { SimpMessagingTemplate, SimpUserRegistry, type MessageChannel } from 'nestjs-stomp';
import { recordingTemplate, RecordingChannel, StompTestKit, VirtualClock } from 'nestjs-stomp/testing';

export async function kit(app: INestApplication): Promise<void> {
  const builder = Test.createTestingModule({});
  await StompTestKit.create(builder, { virtualTime: true, timeoutMs: 10 });
  await StompTestKit.create(await builder.compile());
  const stomp = await StompTestKit.create(builder, {
    application: (moduleRef) => moduleRef.createNestApplication(new FastifyAdapter(), { rawBody: true }),
  });
  StompTestKit.of(app);
  // @ts-expect-error -- not an application
  StompTestKit.of(builder);

  const template: SimpMessagingTemplate = stomp.get(SimpMessagingTemplate);
  // An abstract class is a token, too.
  const registry: SimpUserRegistry = stomp.get(SimpUserRegistry);
  const clock: VirtualClock = stomp.clock;
  stomp.record('brokerChannel').stop();
  // @ts-expect-error -- no such channel
  stomp.record('clientInbound');

  const joe = await stomp.connectAs(
    { name: 'joe', roles: ['ADMIN'] },
    { version: '1.1', attributes: { a: 1 } },
  );
  await stomp.connect({ headers: { login: 'joe', passcode: undefined } });
  // @ts-expect-error -- who is named is named by connectAs
  await stomp.connect({ user: { name: 'joe' } });
  // @ts-expect-error -- no such version
  await stomp.connect({ version: '2.0' });

  const prices = await joe.subscribe('/topic/prices', { ack: 'client' });
  const message = await prices.expectMessage(({ headers }) => headers['x'] === '1');
  const price: number = message.json<{ price: number }>().price;
  // @ts-expect-error -- what JSON holds is unknown
  const unknownPrice: number = message.json().price;
  void [template, registry, clock, price, unknownPrice];
}

export const channels: readonly MessageChannel[] = [new RecordingChannel(), recordingTemplate().channel];
