import { ForbiddenException, HttpException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import {
  MiddlewareHandshakeInterceptor,
  type HandshakeMiddleware,
} from '../../../src/websocket/middleware-handshake-interceptor.js';
import { UpgradeHandshake } from '../../../src/websocket/upgrade-handshake.js';
import { settled } from '../../support/deferred.js';
import { requestWith } from './requests.js';

/** What a handshake through these middlewares is refused with; `undefined` when it passes. */
async function failureOf(...middlewares: HandshakeMiddleware[]): Promise<unknown> {
  const handshake = new UpgradeHandshake(requestWith({}));
  try {
    await new MiddlewareHandshakeInterceptor(...middlewares).beforeHandshake(handshake);
  } catch (error) {
    return error ?? 'nothing thrown';
  }
  return undefined;
}

function fails(error: unknown): HandshakeMiddleware {
  return () => {
    throw error;
  };
}

/** An error as `http-errors` makes it. */
function httpError(status: number, expose: boolean): Error {
  return Object.assign(new Error('bad csrf token'), { status, expose });
}

describe('middlewares over a handshake', () => {
  it('run one after the other over the same request and response', async () => {
    const seen: unknown[] = [];
    const first: HandshakeMiddleware = (request, response, next) => {
      seen.push('first', request.method);
      response.setHeader('x-seen', 'yes');
      setImmediate(next);
    };
    const second: HandshakeMiddleware = async (_, response, next) => {
      seen.push('second', response.getHeader('x-seen'));
      next();
    };
    expect(await failureOf(first, second)).toBeUndefined();
    expect(seen).toEqual(['first', 'GET', 'second', 'yes']);
  });

  it('may be none', async () => {
    expect(await failureOf()).toBeUndefined();
  });

  it('may write what they like, and nobody keeps it', async () => {
    let length = -1;
    const error = await failureOf((_, response, next) => {
      response.writeHead(200, { 'set-cookie': 'a=b' });
      expect(response.write('x'.repeat(100_000))).toBe(true);
      length = response.writableLength;
      next();
      response.end('too late to matter');
    });
    expect(error).toBeUndefined();
    expect(length).toBe(0);
  });

  it.each<[string, HandshakeMiddleware]>([
    ['given to next', (_, __, next) => next(new RangeError('secret'))],
    ['given to next later', (_, __, next) => void setImmediate(next, new RangeError('secret'))],
    ['thrown', fails(new RangeError('secret'))],
    ['thrown later', () => Promise.reject(new RangeError('secret'))],
  ])('fail with an error %s, and the next is not run', async (_case, middleware) => {
    const unreached: HandshakeMiddleware = () => {
      throw new Error('reached');
    };
    expect(await failureOf(middleware, unreached)).toEqual(new RangeError('secret'));
  });

  it('do not pass by throwing nothing', async () => {
    expect(await failureOf(fails(undefined))).toBe('nothing thrown');
    expect(await failureOf(fails(null))).toBe('nothing thrown');
  });

  it('fail with their own HttpException', async () => {
    const error = new ForbiddenException('not you');
    expect(await failureOf((_, __, next) => next(error))).toBe(error);
  });

  it('fail with the status of an error of http-errors, if the client may know it', async () => {
    const error = await failureOf((_, __, next) => next(httpError(403, true)));
    expect(error).toBeInstanceOf(HttpException);
    expect((error as HttpException).getStatus()).toBe(403);
    expect((error as HttpException).message).toBe('bad csrf token');
    for (const hidden of [httpError(403, false), httpError(500, true), httpError(200, true)]) {
      expect(await failureOf((_, __, next) => next(hidden))).toBe(hidden);
    }
  });

  it.each([
    [401, 401, 'Unauthorized'],
    [503, 503, 'Service Unavailable'],
    [499, 499, 'Handshake refused'],
    [200, 403, 'Forbidden'],
    [302, 403, 'Forbidden'],
  ])('that answer with %d refuse with %d', async (answered, status, message) => {
    const error = await failureOf((_, response) => {
      response.statusCode = answered;
      response.end('<html>');
    });
    expect((error as HttpException).getStatus()).toBe(status);
    expect((error as HttpException).message).toBe(message);
  });

  it('wait for one that neither answers nor goes on', async () => {
    let isOver = false;
    void failureOf(async () => undefined).finally(() => (isOver = true));
    await settled();
    expect(isOver).toBe(false);
  });

  it('are functions', () => {
    const list = [(): void => undefined] as unknown as HandshakeMiddleware;
    expect(() => new MiddlewareHandshakeInterceptor(list)).toThrow(
      new TypeError('A middleware is a function (request, response, next); give each as an argument.'),
    );
  });
});
