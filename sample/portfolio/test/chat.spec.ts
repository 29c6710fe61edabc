import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StompTestKit } from 'nestjs-stomp/testing';
import { start } from './start.js';

let stomp: StompTestKit;

beforeEach(async () => {
  stomp = await start();
});

afterEach(() => stomp.close());

describe('The chat', () => {
  it('says who has said what, to everybody in the room and nobody in another', async () => {
    const [joe, ann] = [await stomp.connectAs('joe'), await stomp.connectAs('ann')];
    const kitchen = await ann.subscribe('/topic/chat/kitchen');
    const cellar = await ann.subscribe('/topic/chat/cellar');
    await joe.send('/app/chat/kitchen', { text: 'Tea is ready' });
    expect((await kitchen.expectMessage()).json()).toEqual({
      from: 'joe',
      text: 'Tea is ready',
      time: expect.any(String),
    });
    await cellar.expectSilence();
  });

  it('takes the name from the login of CONNECT', async () => {
    const joe = await stomp.connect({ headers: { login: ' joe ' } });
    expect(joe.session.user).toEqual({ name: 'joe' });
    const anybody = await stomp.connect();
    const kitchen = await joe.subscribe('/topic/chat/kitchen');
    await anybody.send('/app/chat/kitchen', { text: 'Hello' });
    expect((await kitchen.expectMessage()).json()).toMatchObject({ from: 'anonymous' });
  });

  it.each([[{ text: '' }], [{ text: 'x'.repeat(501) }], [{}]])('refuses %j', async (line) => {
    const joe = await stomp.connectAs('joe');
    const errors = await joe.subscribe('/user/queue/errors');
    const kitchen = await joe.subscribe('/topic/chat/kitchen');
    await joe.send('/app/chat/kitchen', line);
    expect((await errors.expectMessage()).json()).toMatchObject({ destination: '/app/chat/kitchen' });
    await kitchen.expectSilence();
  });

  it('is led by the application: nobody writes on its topics', async () => {
    const joe = await stomp.connectAs('joe');
    await joe.send('/topic/chat/kitchen', { from: 'ann', text: 'I owe joe a tea' });
    expect(await joe.expectError()).toMatchObject({ code: 'STOMP_ERR_REJECTED', close: { code: 1008 } });
  });
});
