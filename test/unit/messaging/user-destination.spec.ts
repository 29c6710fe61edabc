import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { destinationUserNameOf } from '../../../src/messaging/principal.js';
import { parseUserDestination, userDestinationOf } from '../../../src/messaging/user-destination.js';

describe('a user destination', () => {
  it.each([
    ['joe', '/queue/x', '/user/joe/queue/x'],
    ['joe', 'queue/x', '/user/joe/queue/x'],
    ['a/b', '/queue/x', '/user/a%2Fb/queue/x'],
    ['a//', '/x', '/user/a%2F%2F/x'],
    ['100%', '/x', '/user/100%25/x'],
    ['a%2Fb', '/x', '/user/a%252Fb/x'],
  ])('of %s for %s is %s', (name, destination, expected) => {
    expect(userDestinationOf('/user/', name, destination)).toBe(expected);
  });

  it('has no form for an empty name', () => {
    expect(() => userDestinationOf('/user/', '', '/x')).toThrow(
      'The name of the user is empty. Name somebody.',
    );
  });

  it.each([
    ['100%/queue/x', '100%'],
    ['%2f/queue/x', '%2f'],
    ['a%2Fb/queue/x', 'a/b'],
  ])('that a client wrote as %s is for %s', (rest, name) => {
    expect(parseUserDestination(rest)).toEqual({ name, destination: '/queue/x' });
  });

  it.each(['', 'joe', 'joe/', '/queue', '/'])('is not %j', (rest) => {
    expect(parseUserDestination(rest)).toBeUndefined();
  });

  it('is read as it was written, whatever the name and the destination', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ minLength: 1 }), fc.stringMatching(/^[%25F/]+$/)),
        fc.string({ minLength: 1 }).map((path) => `/${path}`),
        (name, destination) => {
          const rest = userDestinationOf('', name, destination);
          expect(parseUserDestination(rest)).toEqual({ name, destination });
        },
      ),
    );
  });

  it('goes by the name in destinations, if a principal has one', () => {
    expect(destinationUserNameOf({ name: 'Joe' })).toBe('Joe');
    expect(destinationUserNameOf({ name: 'Joe', destinationUserName: '4711' })).toBe('4711');
  });
});
