import type { DestinationPattern } from './destination-pattern.js';

/** A pattern, and what was added under it. */
export interface DestinationTrieEntry<T> {
  /** The first of those with this text. */
  readonly pattern: DestinationPattern;
  readonly values: Set<T>;
}

/** Values by the text of their pattern. */
export class DestinationTrieEntries<T> {
  readonly #entries = new Map<string, DestinationTrieEntry<T>>();

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  get(source: string): DestinationTrieEntry<T> | undefined {
    return this.#entries.get(source);
  }

  all(): Iterable<DestinationTrieEntry<T>> {
    return this.#entries.values();
  }

  /** Returns whether the value was not there before. */
  add(pattern: DestinationPattern, value: T): boolean {
    const entry = this.#entries.get(pattern.source);
    if (entry === undefined) {
      this.#entries.set(pattern.source, { pattern, values: new Set([value]) });
      return true;
    }
    const before = entry.values.size;
    return entry.values.add(value).size > before;
  }

  /** Returns whether the value was there before. */
  remove({ source }: DestinationPattern, value: T): boolean {
    const entry = this.#entries.get(source);
    if (!entry?.values.delete(value)) return false;
    if (entry.values.size === 0) this.#entries.delete(source);
    return true;
  }
}
