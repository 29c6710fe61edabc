import type { DestinationPattern } from './destination-pattern.js';
import { DestinationTrieEntries, type DestinationTrieEntry } from './destination-trie-entries.js';
import { DestinationTrieNode } from './destination-trie-node.js';
import type { PatternSegment } from './segment-matcher.js';

/**
 * Values under destination patterns, found by the destinations that match. What is looked at does not grow
 * with the number of patterns whose literal segments differ from the destination; nor does a wildcard that
 * many patterns begin with take longer than if it were in one.
 *
 * The trie narrows the patterns down by their segments; separators at the ends are left to the pattern.
 */
export class DestinationTrie<T> {
  /** What is compared as a string needs no segments. */
  readonly #exact = new DestinationTrieEntries<T>();
  /** By separator. */
  readonly #roots = new Map<string, DestinationTrieNode<T>>();
  #size = 0;

  /** How many values there are; one that is under several patterns is counted under each. */
  get size(): number {
    return this.#size;
  }

  /** How many nodes hold them, for those who watch memory: none if nothing is left. */
  get nodeCount(): number {
    let count = 0;
    for (const root of this.#roots.values()) count += root.countNodes();
    return count;
  }

  /** Adds a value under a pattern. Nothing happens if it is there already, under the same text. */
  add(pattern: DestinationPattern, value: T): void {
    if (this.#ensureEntries(pattern).add(pattern, value)) this.#size++;
  }

  /** Removes what {@link add} added, by the text of the pattern. Returns whether it was there. */
  remove(pattern: DestinationPattern, value: T): boolean {
    const removed =
      pattern.segments === undefined
        ? this.#exact.remove(pattern, value)
        : this.#removeBelow(pattern, pattern.segments, value);
    if (removed) this.#size--;
    return removed;
  }

  /**
   * Calls `visit` for each value whose pattern matches, in no particular order. All patterns are found before
   * the first call, so `visit` may add and remove: what it removes ahead of its turn is not visited any more.
   */
  forEachMatch(destination: string, visit: (value: T, pattern: DestinationPattern) => void): void {
    const found: DestinationTrieEntry<T>[] = [];
    const exact = this.#exact.get(destination);
    if (exact !== undefined) found.push(exact);
    for (const [separator, root] of this.#roots) {
      for (const node of nodesFor(destination, separator, root)) {
        for (const entry of node.entries.all()) if (entry.pattern.matches(destination)) found.push(entry);
      }
    }
    for (const { pattern, values } of found) for (const value of values) visit(value, pattern);
  }

  #ensureEntries({ segments, separator }: DestinationPattern): DestinationTrieEntries<T> {
    if (segments === undefined) return this.#exact;
    let node = this.#roots.get(separator);
    if (node === undefined) this.#roots.set(separator, (node = new DestinationTrieNode()));
    for (const segment of segments) node = node.ensureChild(segment);
    return node.entries;
  }

  #removeBelow(pattern: DestinationPattern, segments: readonly PatternSegment[], value: T): boolean {
    const root = this.#roots.get(pattern.separator);
    if (root === undefined) return false;
    const path = [root];
    for (const [depth, segment] of segments.entries()) {
      const node = path[depth].child(segment);
      if (node === undefined) return false;
      path.push(node);
    }
    if (!path[segments.length].entries.remove(pattern, value)) return false;
    for (let depth = segments.length; depth > 0 && path[depth].isEmpty; depth--) {
      path[depth - 1].removeChild(segments[depth - 1]);
    }
    if (root.isEmpty) this.#roots.delete(pattern.separator);
    return true;
  }
}

/**
 * Where patterns that match may end. All ways through the trie are followed side by side, one segment at a
 * time, and never two of them at one node, however many `**` there are.
 */
function nodesFor<T>(
  text: string,
  separator: string,
  root: DestinationTrieNode<T>,
): Iterable<DestinationTrieNode<T>> {
  const deepNodes = new Set<DestinationTrieNode<T>>();
  let nodes = [root];
  enterDeep(nodes, deepNodes);
  let start = 0;
  while (nodes.length > 0) {
    while (text.startsWith(separator, start)) start++;
    if (start === text.length) break;
    const next = text.indexOf(separator, start);
    const end = next === -1 ? text.length : next;
    const following: DestinationTrieNode<T>[] = [];
    for (const node of nodes) node.follow(text, start, end, following);
    nodes = following;
    enterDeep(nodes, deepNodes);
    start = end;
  }
  if (!text.endsWith(separator)) return nodes;
  // RT-14: a last `*` may stand for the nothing behind a trailing separator, and may have been
  // reached in the usual way too.
  const found = new Set(nodes);
  for (const { star } of nodes) if (star !== undefined) found.add(star);
  return found;
}

/** Adds the nodes behind `**`, which may stand for no segment; once there, they stay on their own. */
function enterDeep<T>(nodes: DestinationTrieNode<T>[], entered: Set<DestinationTrieNode<T>>): void {
  for (const { deep } of nodes) {
    if (deep === undefined || entered.has(deep)) continue;
    entered.add(deep);
    nodes.push(deep);
  }
}
