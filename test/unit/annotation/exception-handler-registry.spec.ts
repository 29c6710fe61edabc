import { describe, expect, it } from '@jest/globals';
import { ExceptionHandlerMethodResolver } from '../../../src/annotation/exception-handler-method-resolver.js';
import { ExceptionHandlerRegistry } from '../../../src/annotation/exception-handler-registry.js';
import type { MessageControllerAdviceOptions } from '../../../src/annotation/message-controller-advice.decorator.js';
import type { InstanceWrapper } from '../../../src/annotation/handler-enhancers.js';
import type { Host } from '../../../src/annotation/host-discovery.js';

class Base {
  handle(): void {}
}
class Chat extends Base {}
class Trade {
  handle(): void {}
}

function hostOf(type: new () => object): Host {
  return { wrapper: {} as InstanceWrapper, prototype: type.prototype as object, methodNames: [] };
}

function anotherHost(): Host {
  return { wrapper: {} as InstanceWrapper, prototype: {}, methodNames: [] };
}

describe('The exception handlers for a class', () => {
  it('are its own, then those of the advices for it, in order', () => {
    const registry = new ExceptionHandlerRegistry();
    const [chat, trade] = [hostOf(Chat), hostOf(Trade)];
    const names = new Map<ExceptionHandlerMethodResolver, string>();
    const register = (name: string, host: Host, advice?: MessageControllerAdviceOptions): void => {
      const resolver = new ExceptionHandlerMethodResolver([]);
      names.set(resolver, name);
      registry.register(host, resolver, advice);
    };
    register('for all, first', anotherHost(), {});
    register('for Base', anotherHost(), { controllers: [Base] });
    register('of Chat', chat);
    register('for Trade', anotherHost(), { controllers: [Trade] });
    register('for all, last', anotherHost(), {});
    const namesFor = (host: Host): unknown[] => registry.forHost(host).map((resolver) => names.get(resolver));
    expect(namesFor(chat)).toEqual(['of Chat', 'for all, first', 'for Base', 'for all, last']);
    expect(namesFor(trade)).toEqual(['for all, first', 'for Trade', 'for all, last']);
  });

  it('of an advice that fails itself are asked once', () => {
    const registry = new ExceptionHandlerRegistry();
    const advice = hostOf(Chat);
    registry.register(advice, new ExceptionHandlerMethodResolver([]), {});
    expect(registry.forHost(advice)).toHaveLength(1);
  });

  it('of an advice for no class at all are for none', () => {
    const registry = new ExceptionHandlerRegistry();
    registry.register(hostOf(Trade), new ExceptionHandlerMethodResolver([]), { controllers: [] });
    expect(registry.forHost(hostOf(Chat))).toEqual([]);
  });
});
