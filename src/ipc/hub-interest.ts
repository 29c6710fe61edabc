/** The patterns that begin with the same words. */
class PatternNode<T> {
  readonly words = new Map<string, PatternNode<T>>();
  /** Whose pattern ends here. */
  readonly here = new Set<T>();
  /** Whose pattern ends here with `>`. */
  readonly rest = new Set<T>();

  get isEmpty(): boolean {
    return this.words.size === 0 && this.here.size === 0 && this.rest.size === 0;
  }
}

/** Who is interested in which addresses, where `*` is any one word and `>` at the end one word or more. */
export class HubInterest<T> {
  readonly #exact = new Map<string, Set<T>>();
  readonly #patterns = new PatternNode<T>();

  add(address: string, who: T): void {
    if (!isPattern(address)) {
      const known = this.#exact.get(address);
      if (known === undefined) this.#exact.set(address, new Set([who]));
      else known.add(who);
      return;
    }
    const { words, toTheEnd } = parse(address);
    let node = this.#patterns;
    for (const word of words) {
      let next = node.words.get(word);
      if (next === undefined) node.words.set(word, (next = new PatternNode()));
      node = next;
    }
    (toTheEnd ? node.rest : node.here).add(who);
  }

  /** Does nothing when that was not there. */
  remove(address: string, who: T): void {
    if (isPattern(address)) {
      const { words, toTheEnd } = parse(address);
      removePattern(this.#patterns, words, 0, toTheEnd, who);
      return;
    }
    const known = this.#exact.get(address);
    if (known?.delete(who) && known.size === 0) this.#exact.delete(address);
  }

  /** Everyone who is interested in a publication on this address, once. */
  of(address: string): Iterable<T> {
    const exact = this.#exact.get(address);
    if (this.#patterns.isEmpty) return exact ?? [];
    const found = new Set(exact);
    collect(this.#patterns, address.split('.'), 0, found);
    return found;
  }
}

function isPattern(address: string): boolean {
  return address.includes('*') || address.includes('>');
}

function parse(pattern: string): { words: string[]; toTheEnd: boolean } {
  const words = pattern.split('.');
  const toTheEnd = words.at(-1) === '>';
  return { words: toTheEnd ? words.slice(0, -1) : words, toTheEnd };
}

function collect<T>(node: PatternNode<T>, words: readonly string[], depth: number, found: Set<T>): void {
  const word = words[depth];
  if (word === undefined) {
    for (const who of node.here) found.add(who);
    return;
  }
  for (const who of node.rest) found.add(who);
  const literal = node.words.get(word);
  if (literal !== undefined) collect(literal, words, depth + 1, found);
  const any = word === '*' ? undefined : node.words.get('*');
  if (any !== undefined) collect(any, words, depth + 1, found);
}

/** Takes nodes away that have become empty, from the end to the root. */
function removePattern<T>(
  node: PatternNode<T>,
  words: readonly string[],
  depth: number,
  toTheEnd: boolean,
  who: T,
): void {
  const word = words[depth];
  if (word === undefined) {
    (toTheEnd ? node.rest : node.here).delete(who);
    return;
  }
  const next = node.words.get(word);
  if (next === undefined) return;
  removePattern(next, words, depth + 1, toTheEnd, who);
  if (next.isEmpty) node.words.delete(word);
}
