/** What it took until the users of another node were known. */
export interface UserArrival {
  readonly ms: number;
  readonly cpuSeconds: number;
}

/** How often it looks: no more than a hundredth of what is measured. */
const LOOK_MS = 5;

/** Waits, from its making on, until a registry knows so many users. */
export class UserArrivals {
  readonly complete: Promise<UserArrival>;
  readonly #startedAt = performance.now();
  readonly #cpu = process.cpuUsage();

  constructor(registry: { readonly userCount: number }, users: number) {
    this.complete = new Promise((resolve) => {
      const timer = setInterval(() => {
        if (registry.userCount < users) return;
        clearInterval(timer);
        const { user, system } = process.cpuUsage(this.#cpu);
        resolve({ ms: performance.now() - this.#startedAt, cpuSeconds: (user + system) / 1e6 });
      }, LOOK_MS);
    });
  }
}
