import { describe, expect, it } from '@jest/globals';
import { DestinationPattern } from '../../../src/messaging/destination/destination-pattern.js';
import { DestinationMatcher } from '../../../src/security/destination-matcher.js';
import { clientMessage } from '../../support/client-message.js';

const matcher = (source: string) => new DestinationMatcher(source, ['MESSAGE', 'SUBSCRIBE'], '/');

describe('A matcher of destinations', () => {
  it.each([
    ['/app/admin', '/app/admin', true],
    // What a handler mapped to /admin gets, a rule for it has to get.
    ['/app/admin', '/app//admin', true],
    ['/app/admin/**', '/app//admin//x', true],
    ['/app/admin/**', '/app/administrator', false],
    ['/app/admin', '/app/Admin', false],
    ['/app/admin', '/app/admin/', false],
  ])('for %s against %s: %s', (source, destination, expected) => {
    expect(matcher(source).matches(clientMessage('MESSAGE', destination))).toBe(expected);
  });

  it('tells the variables of a destination, and whether there can be any', () => {
    const rooms = matcher('/topic/{room}');
    expect(rooms.hasVariables).toBe(true);
    expect(rooms.variablesOf(clientMessage('SUBSCRIBE', '/topic/7'))).toEqual(new Map([['room', '7']]));
    expect(rooms.variablesOf(clientMessage('SUBSCRIBE', '/other/7'))).toEqual(new Map());
    expect(rooms.variablesOf(clientMessage('SUBSCRIBE'))).toEqual(new Map());
    expect(matcher('/topic/*').hasVariables).toBe(false);
  });

  it('knows its relation to a subscription with wildcards', () => {
    const relation = (source: string) => matcher('/topic/*').relationTo(DestinationPattern.compile(source));
    expect(['/topic/{x}', '/topic/**', '/queue/*'].map(relation)).toEqual(['covers', 'overlaps', 'disjoint']);
  });

  it('for messages has nothing to do with subscriptions', () => {
    const messages = new DestinationMatcher('/topic/**', ['MESSAGE'], '/');
    expect(messages.relationTo(DestinationPattern.compile('/topic/*'))).toBe('disjoint');
  });
});
