import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ClusterControl } from '../../src/broker/cluster/cluster-control.js';
import { LocalDirectory } from '../../src/broker/cluster/local-directory.js';
import { RemoteDirectory } from '../../src/broker/cluster/remote-directory.js';
import { TimerWheel } from '../../src/session/timer-wheel.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';
import { RemoteUsers } from '../../src/user/remote-users.js';
import { turnUntil } from '../support/event-loop.js';
import { fuzzRuns } from '../support/fuzz-runs.js';
import { SessionOfTest } from '../support/session-of-test.js';

const RUNS = fuzzRuns(20_261_204, 150);

/** Long enough that the two dozen that there are at most make several parts; a second one of a session would not be told. */
const LONG = '/topic/'.padEnd(60_000, 'x');

type Step =
  | { readonly do: 'connect' | 'subscribe' | 'unsubscribe' | 'disconnect'; readonly who: number }
  /** How far the pipe is: it loses the next one, says it twice, or lets it overtake the one before. */
  | { readonly do: 'pass' | 'lose' | 'double' | 'overtake' }
  | { readonly do: 'beat' | 'time' | 'cut' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constantFrom('connect', 'connect', 'subscribe', 'subscribe', 'unsubscribe', 'disconnect'),
    who: fc.nat(23),
  }),
  fc.record({ do: fc.constantFrom('pass', 'pass', 'pass', 'lose', 'double', 'overtake') }),
  fc.record({ do: fc.constantFrom('beat', 'time', 'time', 'cut') }),
);

/** A node's directory, another node's idea of it, and a bad pipe between them. */
class Stage {
  readonly #clock = new VirtualClock();
  readonly #pipe: ClusterControl[] = [];
  readonly #sessions = new Map<number, SessionOfTest>();
  readonly users = new RemoteUsers();
  readonly #local = new LocalDirectory(new TimerWheel(this.#clock), (control) => this.#pipe.push(control));
  readonly #remote = new RemoteDirectory('node', this.users, () =>
    this.#local.tellAll((part) => this.#pipe.push(part)),
  );
  #number = 0;

  take(step: Step): void {
    switch (step.do) {
      case 'connect':
        if (this.#sessions.has(step.who)) return;
        this.#sessions.set(
          step.who,
          new SessionOfTest(`s${++this.#number}`, `u${step.who}`, this.#local.onEvent).connect(),
        );
        return;
      case 'subscribe': {
        const session = this.#sessions.get(step.who);
        const isLong = step.who % 3 > 0 && session?.subscriptions.size === 0;
        session?.subscribe(`${++this.#number}`, isLong ? LONG : '/topic/a');
        return;
      }
      case 'unsubscribe':
        this.#sessions.get(step.who)?.unsubscribe();
        return;
      case 'disconnect':
        this.#sessions.get(step.who)?.disconnect();
        this.#sessions.delete(step.who);
        return;
      case 'pass':
        this.#hear(this.#pipe.shift());
        return;
      case 'lose':
        this.#pipe.shift();
        return;
      case 'double': {
        const next = this.#pipe.shift();
        this.#hear(next);
        this.#hear(next);
        return;
      }
      case 'overtake':
        this.#pipe.unshift(...this.#pipe.splice(1, 1));
        return;
      case 'beat':
        this.#remote.compare(this.#local.revision);
        return;
      case 'time':
        this.#clock.advance(250);
        return;
      case 'cut':
        this.#pipe.length = 0;
        this.#remote.interrupted();
    }
  }

  /** Nothing is lost any more, and the node says that it lives a few times. */
  async quiet(): Promise<void> {
    for (let beat = 0; beat < 10; beat++) {
      this.take({ do: 'time' });
      this.take({ do: 'beat' });
      let idle = 0;
      await turnUntil(() => {
        while (this.#pipe.length > 0) {
          this.take({ do: 'pass' });
          idle = 0;
        }
        return ++idle > 3;
      });
    }
  }

  get here(): unknown[] {
    return [...this.#sessions.values()]
      .map(({ id, subscriptions }) => [id, [...subscriptions.keys()]])
      .sort();
  }

  get there(): unknown[] {
    const all = [...this.users.userNames].flatMap((name) => [...this.users.sessionsOf(name)]);
    return all.map(({ id, subscriptions }) => [id, subscriptions.map((each) => each.id)]).sort();
  }

  #hear(control: ClusterControl | undefined): void {
    if (control?.kind === 'sessions') this.#remote.sessions(control);
    else if (control?.kind === 'changes') this.#remote.changes(control);
  }
}

describe('the directories of two nodes', () => {
  it('are the same once it is quiet, whatever was lost, doubled or late before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
        const stage = new Stage();
        for (const [index, each] of steps.entries()) {
          stage.take(each);
          // The parts of a whole come one a turn.
          if (index % 4 === 0) await new Promise((resolve) => setImmediate(resolve));
        }
        await stage.quiet();
        expect(stage.there).toEqual(stage.here);
      }),
      RUNS,
    );
  });
});
