import { Inject, Scope } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from '@jest/globals';
import { WebSocketScope } from '../../../src/annotation/web-socket-scope.js';
import { WebSocketScoped } from '../../../src/annotation/web-socket-scoped.decorator.js';
import type { SimpSession } from '../../../src/messaging/simp-session.js';
import { Deferred } from '../../support/deferred.js';

describe('a provider of a session that ends while it is being made', () => {
  it('is destroyed when it is there, once, and handed to nobody', async () => {
    const connection = new Deferred<string>();
    const destroyed: string[] = [];

    @WebSocketScoped()
    class Account {
      constructor(@Inject('CONNECTION') private readonly connection: string) {}

      onModuleDestroy(): void {
        destroyed.push(this.connection);
      }
    }

    const module = await Test.createTestingModule({
      imports: [DiscoveryModule],
      providers: [
        WebSocketScope,
        Account,
        { provide: 'CONNECTION', scope: Scope.REQUEST, useFactory: () => connection.promise },
      ],
    }).compile();
    const scope = module.get(WebSocketScope);
    const session = { id: 's1' } as SimpSession;
    const asked = [scope.resolve(session, Account), scope.resolve(session, Account)];
    const outcomes = Promise.allSettled(asked);
    await scope.end(session);
    expect(destroyed).toEqual([]);
    connection.resolve('c1');
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { message: 'The session of Account has ended.' },
      });
    }
    expect(destroyed).toEqual(['c1']);
    await expect(scope.resolve(session, Account)).rejects.toThrow('The session of Account has ended.');
    await module.close();
  });
});
