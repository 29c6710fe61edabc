/** Different codes that are counted apart: all of this package's own, and many of an application. */
const MAX_CODES = 256;

/** Where codes are counted for which there is no room: an application may make them up. */
export const OTHER_CODES = 'OTHER';

/** How often each of some codes has happened. It never grows beyond a bound. */
export class CodeCounts {
  readonly #counts = new Map<string, number>();

  add(code: string): void {
    const key = this.#counts.has(code) || this.#counts.size < MAX_CODES ? code : OTHER_CODES;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  of(code: string): number {
    return this.#counts.get(code) ?? 0;
  }

  /** A copy as a plain object, by code. */
  toObject(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
