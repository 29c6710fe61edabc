// Taken when the kit is loaded: a test may put fake timers in their place, and still must not wait for ever.
const { setTimeout, clearTimeout, setImmediate, performance } = globalThis;

const LATE = Symbol('late');

/** How long the kit waits for what a test expects. Always real time. */
export class Patience {
  /**
   * @param ms @default 1000 ms: everything happens in this process, so this is for handlers that wait for something
   * else, and less than the five seconds after which test runners give a test up without telling what it waited for
   */
  constructor(readonly ms = 1000) {
    if (!(ms > 0) || !Number.isFinite(ms)) {
      throw new Error(`timeoutMs is ${ms}. Give the kit a positive number of milliseconds.`);
    }
  }

  /** Until when somebody who begins to wait now goes on waiting. */
  deadline(): number {
    return performance.now() + this.ms;
  }

  /**
   * Waits for a promise.
   *
   * @param explain what was waited for, in a sentence for the reader of a failed test
   * @throws Error with that sentence when it comes to nothing in time
   */
  async wait<T>(promise: Promise<T>, explain: () => string, deadline = this.deadline()): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<typeof LATE>((resolve) => {
      timer = setTimeout(() => resolve(LATE), Math.max(0, deadline - performance.now()));
    });
    try {
      const first = await Promise.race([promise, late]);
      if (first === LATE) throw new Error(explain());
      return first;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Lets everything run that is ready to run. */
export function turnOfTheEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
