/**
 * The headers of one frame: ordered, repeats kept, names case sensitive.
 *
 * Kept as a flat list that is searched from the front. A frame has few headers, so this beats a map, and no name
 * (`__proto__`, `constructor`) is special to it.
 *
 * @publicApi
 */
export class StompHeaders implements Iterable<readonly [name: string, value: string]> {
  /** Name, value, name, value, … */
  readonly #cells: string[] = [];

  /** @param entries names and values, in the order in which they stand in the frame */
  constructor(entries: Iterable<readonly [name: string, value: string]> = []) {
    for (const [name, value] of entries) this.append(name, value);
  }

  /** Headers from the own properties of `record`, in their order. */
  static of(record: Readonly<Record<string, string>>): StompHeaders {
    return new StompHeaders(Object.entries(record));
  }

  /** Adds a header after all others, also when the name is already there. */
  append(name: string, value: string): this {
    this.#cells.push(name, value);
    return this;
  }

  /** The value of the first header of this name (STOMP 1.2, Repeated Header Entries: the first one counts). */
  get(name: string): string | undefined {
    const cells = this.#cells;
    for (let i = 0; i < cells.length; i += 2) {
      if (cells[i] === name) return cells[i + 1];
    }
    return undefined;
  }

  /** The values of all headers of this name, in order; empty when there is none. */
  getAll(name: string): readonly string[] {
    const cells = this.#cells;
    const values: string[] = [];
    for (let i = 0; i < cells.length; i += 2) {
      if (cells[i] === name) values.push(cells[i + 1]);
    }
    return values;
  }

  /** Whether a header of this name is present; an empty value is present too. */
  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** The number of header lines, repeats counted. */
  get size(): number {
    return this.#cells.length / 2;
  }

  /** Names and values in order, repeats included, without making a pair of each. */
  forEach(visit: (name: string, value: string) => void): void {
    const cells = this.#cells;
    for (let i = 0; i < cells.length; i += 2) visit(cells[i], cells[i + 1]);
  }

  /** Names and values in order, repeats included. */
  [Symbol.iterator](): IterableIterator<readonly [name: string, value: string]> {
    const cells = this.#cells;
    const entries: [string, string][] = [];
    for (let i = 0; i < cells.length; i += 2) entries.push([cells[i], cells[i + 1]]);
    return entries.values();
  }
}
