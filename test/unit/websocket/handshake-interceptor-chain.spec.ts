import { BadGatewayException, HttpException, UnauthorizedException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import type { HandshakeInterceptor } from '../../../src/websocket/handshake-interceptor.js';
import { HandshakeInterceptorChain } from '../../../src/websocket/handshake-interceptor-chain.js';
import { UpgradeHandshake } from '../../../src/websocket/upgrade-handshake.js';
import { Deferred, settled } from '../../support/deferred.js';
import { outcomeOf } from '../../support/outcome.js';
import { RecordedLog } from '../../support/recorded-log.js';
import { requestWith } from './requests.js';

type Answer = ReturnType<HandshakeInterceptor['beforeHandshake']>;

/** A chain of interceptors named a, b, c …, each with its answer, and what happens to them in order. */
function chainOf(...answers: (() => Answer)[]) {
  const calls: string[] = [];
  const log = new RecordedLog();
  const handshake = new UpgradeHandshake(Object.assign(requestWith({}), { url: '/stomp?token=s3cret' }));
  const interceptors = answers.map((answer, index): HandshakeInterceptor => {
    const name = 'abc'[index];
    return {
      beforeHandshake: () => {
        calls.push(`before ${name}`);
        return answer();
      },
      afterHandshake: (_, error) => void calls.push(`after ${name} ${outcomeOf(error)}`),
    };
  });
  return { calls, log, chain: new HandshakeInterceptorChain(interceptors, handshake, log) };
}

function throws(error: unknown): () => never {
  return () => {
    throw error;
  };
}

const pass = (): void => undefined;

describe('a chain of handshake interceptors', () => {
  it('asks in order, tells in reverse, and stays synchronous while they are', () => {
    const { calls, chain } = chainOf(pass, () => true);
    expect(chain.before()).toBeUndefined();
    chain.after();
    expect(calls).toEqual(['before a', 'before b', 'after b ok', 'after a ok']);
  });

  it('awaits a promise before it asks the next', async () => {
    const answer = new Deferred<boolean>();
    const { calls, chain } = chainOf(() => answer.promise, pass);
    const verdict = chain.before();
    await settled();
    expect(calls).toEqual(['before a']);
    answer.resolve(true);
    expect(await verdict).toBeUndefined();
    expect(calls).toEqual(['before a', 'before b']);
  });

  it.each<[string, () => Answer]>([
    ['false', () => false],
    ['a promise of false', async () => false],
    ['null, which JavaScript may return', () => null as unknown as boolean],
    ['0, which JavaScript may return', () => 0 as unknown as boolean],
  ])('refuses with 403 for %s, and tells those only that had let it pass', async (_case, answer) => {
    const { calls, chain, log } = chainOf(pass, answer, pass);
    expect(await chain.before()).toEqual({ status: 403, reason: 'Handshake refused', headers: {} });
    const why = 'HandshakeError: An interceptor refused the handshake';
    expect(calls).toEqual(['before a', 'before b', `after a ${why}`]);
    expect(log.lines).toEqual([]);
  });

  it.each<[HttpException, number]>([
    [new UnauthorizedException('Who are you?'), 401],
    [new BadGatewayException('Who are you?'), 502],
    [new HttpException('Who are you?', 499), 499],
  ])('refuses with status and message of %s', async (error, status) => {
    for (const answer of [throws(error), () => Promise.reject(error)]) {
      const { calls, chain, log } = chainOf(pass, answer);
      expect(await chain.before()).toEqual({ status, reason: 'Who are you?', headers: {} });
      expect(calls.at(-1)).toBe(`after a ${error.name}: Who are you?`);
      expect(log.lines).toEqual([]);
    }
  });

  it.each<[string, unknown, string]>([
    ['an error', new RangeError('db-1 is down'), 'RangeError: db-1 is down'],
    ['an HttpException that is no refusal', new HttpException('fine', 200), 'HttpException: fine'],
    ['an HttpException that switches protocols', new HttpException('fine', 101), 'HttpException: fine'],
    ['a string', 'db-1 is down', 'Thrown was: string'],
    ['nothing', undefined, 'Thrown was: undefined'],
  ])(
    'refuses with 500 for %s, told to the log in one line and not to the client',
    async (_case, error, text) => {
      for (const answer of [throws(error), () => Promise.reject(error)]) {
        const { calls, chain, log } = chainOf(pass, answer);
        expect(await chain.before()).toEqual({ status: 500, reason: 'The server failed', headers: {} });
        expect(log.lines).toEqual([`error Object.beforeHandshake failed on /stomp. ${text}`]);
        expect(calls.at(-1)).not.toBe('after a ok');
      }
    },
  );

  it('tells an outcome once', () => {
    const { calls, chain } = chainOf(pass);
    void chain.before();
    chain.after(new Error('left'));
    chain.after();
    expect(calls).toEqual(['before a', 'after a Error: left']);
  });

  it('asks nobody any more when the client has left, and tells the one that was too late', async () => {
    const answer = new Deferred<boolean>();
    const { calls, chain } = chainOf(pass, () => answer.promise, pass);
    const verdict = chain.before();
    chain.after(new Error('left'));
    expect(calls).toEqual(['before a', 'before b', 'after a Error: left']);
    answer.resolve(true);
    expect(await verdict).toBeUndefined();
    expect(calls.slice(3)).toEqual(['after b Error: left']);
  });

  it('tells all of them, although one fails at that, now or later', async () => {
    const log = new RecordedLog();
    const told: string[] = [];
    const interceptors: HandshakeInterceptor[] = [
      { beforeHandshake: pass, afterHandshake: () => void told.push('first') },
      { beforeHandshake: pass },
      { beforeHandshake: pass, afterHandshake: throws(new Error('now')) },
      { beforeHandshake: pass, afterHandshake: () => Promise.reject(new Error('later')) as unknown as void },
    ];
    const chain = new HandshakeInterceptorChain(interceptors, new UpgradeHandshake(requestWith({})), log);
    void chain.before();
    chain.after();
    await settled();
    expect(told).toEqual(['first']);
    expect(log.lines).toEqual([
      'error Object.afterHandshake failed on . Error: now',
      'error Object.afterHandshake failed on . Error: later',
    ]);
  });
});
