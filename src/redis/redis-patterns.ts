/** What a connection does for its patterns. Both commands are rejected with what Redis answers. */
export interface RedisPatternCommands {
  subscribe(globs: string[]): Promise<void>;
  unsubscribe(globs: string[]): Promise<void>;
  /** Whether a rejection says that the user of Redis has no right to what was asked. */
  isDenied(error: unknown): boolean;
}

/**
 * The globs that one connection has subscribed. Whatever they match, Redis grants a user that is limited to the channels of a
 * namespace no glob but that of its rule, `namespace.*`. So when one is denied, it and those that are still to come share that
 * one: more arrives, which a bus may let happen, and nothing is missing.
 *
 * Called once at a time, as the cluster does.
 */
export class RedisPatterns {
  /** What Redis was asked for, and the globs that need it. */
  readonly #asked = new Map<string, Set<string>>();
  #textOf: (glob: string) => string = (glob) => glob;
  #isLimited = false;

  constructor(private readonly commands: RedisPatternCommands) {}

  async subscribe(globs: readonly string[]): Promise<void> {
    try {
      await this.#ask(globs);
    } catch (error) {
      if (this.#isLimited || !this.commands.isDenied(error)) throw error;
      this.#isLimited = true;
      this.#textOf = everythingAround;
      await this.#ask(globs);
    }
  }

  async unsubscribe(globs: readonly string[]): Promise<void> {
    const surplus = globs.flatMap((glob) => this.#letGo(glob) ?? []);
    if (surplus.length > 0) await this.commands.unsubscribe(surplus);
  }

  async #ask(globs: readonly string[]): Promise<void> {
    const missing = new Set(globs.map(this.#textOf).filter((text) => !this.#asked.has(text)));
    // Redis denies a command as a whole: either all of them are subscribed then, or none.
    if (missing.size > 0) await this.commands.subscribe([...missing]);
    for (const glob of globs) {
      const text = this.#textOf(glob);
      this.#asked.set(text, (this.#asked.get(text) ?? new Set<string>()).add(glob));
    }
  }

  /** What nothing needs any more without this one. */
  #letGo(glob: string): string | undefined {
    // It may have been granted before another was denied: then it stands by itself.
    for (const text of new Set([glob, everythingAround(glob)])) {
      const needs = this.#asked.get(text);
      if (needs?.delete(glob) !== true) continue;
      if (needs.size > 0) return undefined;
      this.#asked.delete(text);
      return text;
    }
    return undefined;
  }
}

function everythingAround(glob: string): string {
  return `${glob.split('.', 1)[0] ?? ''}.*`;
}
