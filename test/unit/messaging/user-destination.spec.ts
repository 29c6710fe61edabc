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
    ['%2f', '/x', '/user/%2f/x'],
  ])('of %s for %s is %s', (name, destination, expected) => {
    expect(userDestinationOf('/user/', name, destination)).toBe(expected);
  });

  it.each([
    ['', 'The name of the user is empty. Name somebody.'],
    ['a%2Fb', 'The user name "a%2Fb" holds %2F, which stands for a slash in destinations.'],
  ])('has no form for the name %j', (name, problem) => {
    expect(() => userDestinationOf('/user/', name, '/x')).toThrow(problem);
  });

  it.each(['', 'joe', 'joe/', '/queue', '/'])('is not %j', (rest) => {
    expect(parseUserDestination(rest)).toBeUndefined();
  });

  it('is read as it was written, whatever the name and the destination', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }).filter((name) => !name.includes('%2F')),
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
