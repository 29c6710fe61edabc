import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DefaultSubscriptionRegistry } from '../../src/broker/default-subscription-registry.js';
import { DestinationPattern } from '../../src/messaging/destination/destination-pattern.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

const RUNS = fuzzRuns(20_261_124, 200);

interface Subscription {
  readonly session: string;
  readonly id: string;
  readonly destination: string;
}

/** The registry as one would first write it: a list that is searched from end to end. */
interface Model {
  subscriptions: Subscription[];
}

type Command = fc.Command<Model, DefaultSubscriptionRegistry>;

class Add implements Command {
  constructor(readonly subscription: Subscription) {}

  check(): boolean {
    return true;
  }

  run(model: Model, registry: DefaultSubscriptionRegistry): void {
    const { session, id, destination } = this.subscription;
    registry.add(session, id, destination);
    model.subscriptions = model.subscriptions.filter((other) => other.session !== session || other.id !== id);
    model.subscriptions.push(this.subscription);
    expect(registry.size).toBe(model.subscriptions.length);
  }

  toString(): string {
    const { session, id, destination } = this.subscription;
    return `add(${session}, ${id}, ${destination})`;
  }
}

class Remove implements Command {
  constructor(
    readonly session: string,
    readonly id: string,
  ) {}

  check(): boolean {
    return true;
  }

  run(model: Model, registry: DefaultSubscriptionRegistry): void {
    registry.remove(this.session, this.id);
    model.subscriptions = model.subscriptions.filter(
      ({ session, id }) => session !== this.session || id !== this.id,
    );
    expect(registry.size).toBe(model.subscriptions.length);
  }

  toString(): string {
    return `remove(${this.session}, ${this.id})`;
  }
}

class RemoveSession implements Command {
  constructor(readonly session: string) {}

  check(): boolean {
    return true;
  }

  run(model: Model, registry: DefaultSubscriptionRegistry): void {
    registry.removeSession(this.session);
    model.subscriptions = model.subscriptions.filter(({ session }) => session !== this.session);
    expect(registry.size).toBe(model.subscriptions.length);
  }

  toString(): string {
    return `removeSession(${this.session})`;
  }
}

class Find implements Command {
  constructor(readonly destination: string) {}

  check(): boolean {
    return true;
  }

  run(model: Model, registry: DefaultSubscriptionRegistry): void {
    const expected = model.subscriptions.filter(({ destination }) => receives(destination, this.destination));
    const found = [...registry.find(this.destination)];
    expect(found.map(({ sessionId, subscriptionId }) => `${sessionId}/${subscriptionId}`).sort()).toEqual(
      expected.map(({ session, id }) => `${session}/${id}`).sort(),
    );
  }

  toString(): string {
    return `find(${this.destination})`;
  }
}

function receives(subscribed: string, destination: string): boolean {
  return subscribed === destination || DestinationPattern.compile(subscribed).matches(destination);
}

// Few of each, so that they meet.
const session = fc.constantFrom('s1', 's2', '__proto__');
const id = fc.constantFrom('0', '1', 'constructor');
const subscribed = fc.constantFrom(
  '/topic/a',
  '/topic/a/',
  '/topic/b',
  '/topic/a/b',
  '/topic/*',
  '/topic/{x}',
  '/topic/**',
  '/topic/?',
  '/topic/{x:[ab]}',
  '/**',
  '/topic/*/b',
  'constructor',
);
const destination = fc.constantFrom(
  '/topic/a',
  '/topic/a/',
  '/topic/b',
  '/topic/a/b',
  '/topic/*',
  '/topic/**',
  '/queue/a',
  'constructor',
  '__proto__',
);

const commands = fc.commands(
  [
    fc.record({ session, id, destination: subscribed }).map((subscription) => new Add(subscription)),
    fc.record({ session, id, destination: subscribed }).map((subscription) => new Add(subscription)),
    fc.tuple(session, id).map(([of, which]) => new Remove(of, which)),
    session.map((which) => new RemoveSession(which)),
    destination.map((which) => new Find(which)),
    destination.map((which) => new Find(which)),
  ],
  { maxCommands: 60 },
);

describe('DefaultSubscriptionRegistry', () => {
  it('finds whom a search of all subscriptions finds, after any additions and removals', () => {
    fc.assert(
      fc.property(commands, (sequence) => {
        fc.modelRun(
          () => ({ model: { subscriptions: [] }, real: new DefaultSubscriptionRegistry() }),
          sequence,
        );
      }),
      RUNS,
    );
  });
});
