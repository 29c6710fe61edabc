import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, type Type } from '@nestjs/common';
import { of } from 'rxjs';
import {
  MessageExceptionHandler,
  MessageMapping,
  SendTo,
  SendToUser,
  type StompModuleOptions,
} from 'nestjs-stomp';
import { listenToErrors, newsAfter } from '../support/error-listener.js';
import { headerOf, masked } from '../support/exchange.js';
import { namingUsers } from '../support/naming-users.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp, type TestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

class Failing {
  @MessageMapping('/fail/{what}')
  fail(): never {
    throw new Error('broken');
  }
}

const FAIL = 'SEND\ndestination:/app/fail/it\nreceipt:r\n\n\0';
const RECEIPT = 'RECEIPT\nreceipt-id:r\n\n\0';

function start(controller: Type<object>, stomp: Partial<StompModuleOptions> = {}): Promise<TestApp> {
  return startTestApp({
    controllers: [controller],
    stomp: { interceptors: { clientInbound: [namingUsers] }, ...stomp },
  });
}

/** A session that listens to all topics and queues, and to its own errors. */
async function eavesdropper(url: string, login?: string): Promise<RawClient> {
  const client = await listenToErrors(url, login);
  client.send('SUBSCRIBE\nid:topics\ndestination:/topic/**\n\n\0');
  client.send('SUBSCRIBE\nid:queues\ndestination:/queue/**\n\n\0');
  await client.sync();
  return client;
}

describe('What a @MessageExceptionHandler returns', () => {
  it('[BAD-10] goes to /user/queue/errors of the session that failed, in a MESSAGE of exactly this form', async () => {
    @Controller()
    class Plain extends Failing {
      @MessageExceptionHandler()
      failed(error: Error): object {
        return { reason: error.message };
      }
    }
    const { url } = await start(Plain);
    const client = await listenToErrors(url, 'ann');
    client.send(FAIL);
    expect(masked(await client.next())).toBe(
      'MESSAGE\ndestination:/user/queue/errors\ncontent-type:application/json\nsubscription:errors\n' +
        'message-id:*\ncontent-length:19\n\n{"reason":"broken"}\0',
    );
    expect(await client.next()).toBe(RECEIPT);
  });

  it.each([
    ['a user', 'ann'],
    ['an anonymous session', undefined],
  ])(
    '[BAD-10] is heard by nobody else, not even by another session of the same user: %s',
    async (_who, login) => {
      @Controller()
      @SendTo('/topic/of-the-class')
      class Plain extends Failing {
        @MessageExceptionHandler()
        failed(error: Error): string {
          return error.message;
        }
      }
      const { url } = await start(Plain);
      const client = await eavesdropper(url, login);
      const others = [
        await eavesdropper(url, login),
        await eavesdropper(url, 'bob'),
        await eavesdropper(url),
      ];
      expect(await newsAfter(client, FAIL)).toEqual(['errors: broken', RECEIPT]);
      for (const other of others) expect(await newsAfter(other)).toEqual([]);
    },
  );

  it('is dropped, and the message handled, when the session does not listen', async () => {
    @Controller()
    class Plain extends Failing {
      @MessageExceptionHandler()
      failed(error: Error): string {
        return error.message;
      }
    }
    const { url, logger } = await start(Plain);
    const client = await RawClient.connect(url);
    expect(await newsAfter(client, FAIL)).toEqual([RECEIPT]);
    expect([...logger.textsOf('error'), ...logger.textsOf('warn')]).toEqual([]);
  });

  it('goes to the userErrorDestination', async () => {
    @Controller()
    class Plain extends Failing {
      @MessageExceptionHandler()
      failed(error: Error): string {
        return error.message;
      }
    }
    const { url } = await start(Plain, { userDestinationPrefix: '/me', userErrorDestination: '/topic/oops' });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:oops\ndestination:/me/topic/oops\n\n\0');
    expect(await newsAfter(client, FAIL)).toEqual(['oops: broken', RECEIPT]);
  });

  it('goes where @SendTo on the method says, with the variables of the failed mapping', async () => {
    @Controller()
    class Publishing extends Failing {
      @MessageExceptionHandler()
      @SendTo('/topic/failures/{what}')
      failed(error: Error): string {
        return error.message;
      }
    }
    const { url } = await start(Publishing);
    const [client, other] = [await eavesdropper(url), await eavesdropper(url)];
    client.send(FAIL);
    const frame = await client.next();
    expect([headerOf(frame, 'destination'), headerOf(frame, 'subscription')]).toEqual([
      '/topic/failures/it',
      'topics',
    ]);
    expect(await newsAfter(client)).toEqual([RECEIPT]);
    expect(await newsAfter(other)).toEqual(['topics: broken']);
  });

  it.each([
    [true, ['errors: broken']],
    [false, []],
  ])(
    'goes to the user that @SendToUser says, to all of its sessions or one: %s',
    async (broadcast, heard) => {
      @Controller()
      class Private extends Failing {
        @MessageExceptionHandler()
        @SendToUser('/queue/errors', { broadcast })
        failed(error: Error): string {
          return error.message;
        }
      }
      const { url } = await start(Private);
      const client = await listenToErrors(url, 'ann');
      const [second, stranger] = [await listenToErrors(url, 'ann'), await listenToErrors(url, 'bob')];
      expect(await newsAfter(client, FAIL)).toEqual(['errors: broken', RECEIPT]);
      expect(await newsAfter(second)).toEqual(heard);
      expect(await newsAfter(stranger)).toEqual([]);
    },
  );

  it.each([
    ['an Observable', () => of('one', 'two'), 'Refusing.failed returned a stream'],
    [
      'an async iterable',
      async function* () {
        yield await Promise.resolve('one');
      },
      'Refusing.failed returned a stream',
    ],
    ['something that is not JSON', () => ({ big: 1n }), 'The value cannot be written as JSON'],
  ])(
    'cannot be %s: that is logged, and the failure reported as if nobody handled it',
    async (_what, answer, text) => {
      @Controller()
      class Refusing extends Failing {
        @MessageExceptionHandler()
        failed(): unknown {
          return answer();
        }
      }
      const { url, logger } = await start(Refusing);
      const client = await listenToErrors(url);
      client.send(FAIL.replace('receipt:r\n', ''));
      expect(headerOf(await client.next(), 'code')).toBe('STOMP_ERR_HANDLER');
      expect(logger.textsOf('error')).toEqual([
        expect.stringMatching(
          new RegExp(
            `^Refusing\\.failed failed for what Refusing\\.fail of session .* has thrown\\. ${text}`,
          ),
        ),
        expect.stringMatching(/^Refusing\.fail failed .* broken$/),
      ]);
    },
  );

  it('cannot go to a destination whose variable the failed mapping does not have', async () => {
    @Controller()
    class Elsewhere extends Failing {
      @MessageExceptionHandler()
      @SendTo('/topic/{room}')
      failed(): string {
        return 'failed';
      }
    }
    const { url, logger } = await start(Elsewhere);
    const client = await listenToErrors(url);
    client.send(FAIL.replace('receipt:r\n', ''));
    expect(headerOf(await client.next(), 'code')).toBe('STOMP_ERR_HANDLER');
    expect(logger.textsOf('error')[0]).toMatch(
      /^Elsewhere\.failed failed .* \/topic\/\{room\} needs a variable \{room\}/,
    );
  });
});
