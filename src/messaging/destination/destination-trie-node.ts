import { DestinationTrieEntries } from './destination-trie-entries.js';
import type { PatternSegment, SegmentMatcher } from './segment-matcher.js';

/**
 * The patterns that begin with the same segments. Those whose next segment is literal are found by it; a
 * wildcard has to be asked, once for all patterns that have it, whatever their variables are called.
 */
export class DestinationTrieNode<T> {
  /** The patterns that end here. */
  readonly entries = new DestinationTrieEntries<T>();
  /** Whether the last segment on the way here is `**`, so that any segment leads back here. */
  readonly isDeep: boolean;
  // Most nodes have one branch: maps are made when they are needed.
  #literals: Map<string, DestinationTrieNode<T>> | undefined;
  #wildcards:
    Map<string, { readonly segment: SegmentMatcher; readonly node: DestinationTrieNode<T> }> | undefined;
  #deep: DestinationTrieNode<T> | undefined;

  constructor(isDeep = false) {
    this.isDeep = isDeep;
  }

  get isEmpty(): boolean {
    return (
      this.entries.isEmpty && !this.#literals?.size && !this.#wildcards?.size && this.#deep === undefined
    );
  }

  /** The node behind `**`. */
  get deep(): DestinationTrieNode<T> | undefined {
    return this.#deep;
  }

  /** The node behind `*`. */
  get star(): DestinationTrieNode<T> | undefined {
    return this.#wildcards?.get('*')?.node;
  }

  /** Puts the nodes that the segment of `text` from `start` to `end` leads to into the list. */
  follow(text: string, start: number, end: number, into: DestinationTrieNode<T>[]): void {
    if (this.isDeep) into.push(this);
    if (this.#literals !== undefined) {
      const node = this.#literals.get(text.slice(start, end));
      if (node !== undefined) into.push(node);
    }
    if (this.#wildcards !== undefined) {
      for (const { segment, node } of this.#wildcards.values()) {
        if (segment.matches(text, start, end)) into.push(node);
      }
    }
  }

  /** The node behind a segment of a pattern. */
  child(segment: PatternSegment): DestinationTrieNode<T> | undefined {
    switch (segment.kind) {
      case 'deep':
        return this.#deep;
      case 'literal':
        return this.#literals?.get(segment.signature);
      case 'wildcard':
        return this.#wildcards?.get(segment.signature)?.node;
    }
  }

  /** The node behind a segment of a pattern, made if there is none. */
  ensureChild(segment: PatternSegment): DestinationTrieNode<T> {
    const child = this.child(segment);
    if (child !== undefined) return child;
    const node = new DestinationTrieNode<T>(segment.kind === 'deep');
    if (segment.kind === 'deep') this.#deep = node;
    else if (segment.kind === 'literal') (this.#literals ??= new Map()).set(segment.signature, node);
    else (this.#wildcards ??= new Map()).set(segment.signature, { segment, node });
    return node;
  }

  removeChild(segment: PatternSegment): void {
    if (segment.kind === 'deep') this.#deep = undefined;
    else if (segment.kind === 'literal') this.#literals?.delete(segment.signature);
    else this.#wildcards?.delete(segment.signature);
  }

  /** How many nodes there are from here on, this one included. */
  countNodes(): number {
    let count = 1 + (this.#deep?.countNodes() ?? 0);
    for (const node of this.#literals?.values() ?? []) count += node.countNodes();
    for (const { node } of this.#wildcards?.values() ?? []) count += node.countNodes();
    return count;
  }
}
