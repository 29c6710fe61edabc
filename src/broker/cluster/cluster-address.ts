import { createHash } from 'node:crypto';
import type { DestinationSeparator } from '../../messaging/destination/destination-pattern.js';

/** Ends the address of a destination, so that `/a/**` has a word left to stand for when the destination is `/a`. */
const END = '=e';
const MAX_LENGTH = 512;
/** Beyond that a word is told by its hash, which no encoded word looks like. A namespace and a user fit into one address. */
const MAX_WORD_LENGTH = 250;
const WILDCARDS = /[*?{]/;

/**
 * The names that a cluster gives to what is said on its bus. Who publishes and who subscribes ask the same object, so that
 * they cannot mean different things. A subscription's addresses may carry more than it wants, never less; the subscription
 * registry has the last word.
 */
export class ClusterAddresses {
  /** Every node listens. */
  readonly everyone: string;
  /** Whatever is said of destinations. */
  readonly everyDestination: string;
  readonly #destinations: string;
  readonly #users: string;
  readonly #nodes: string;
  /** For destinations with a name too long for an address. Who wants one of them gets all of them. */
  readonly #long: string;

  /** @param namespace clusters with different ones never meet, on whatever engine */
  constructor(
    namespace: string,
    private readonly separator: DestinationSeparator,
  ) {
    const prefix = wordOf(namespace);
    this.everyone = `${prefix}.c`;
    this.everyDestination = `${prefix}.d.>`;
    this.#destinations = `${prefix}.d`;
    this.#users = `${prefix}.u`;
    this.#nodes = `${prefix}.n`;
    this.#long = `${prefix}.d.=l.${END}`;
  }

  /** Where what is published on a destination is said. */
  ofDestination(destination: string): string {
    const words = this.#segmentsOf(destination).map(encoded);
    const address = [this.#destinations, ...words, END].join('.');
    return address.length > MAX_LENGTH ? this.#long : address;
  }

  /**
   * Where all is said that a subscription to a destination or to a pattern may want. Separators in a row count as one and
   * those at the ends not at all, because to some patterns they make no difference.
   */
  ofSubscription(destination: string): readonly string[] {
    if (!WILDCARDS.test(destination)) return [this.ofDestination(destination)];
    const words: string[] = [this.#destinations];
    const segments = this.#segmentsOf(destination);
    for (const [index, segment] of segments.entries()) {
      // A variable may hold separators in its regular expression: what follows is anybody's guess.
      if (segment.includes('**') || segment.includes('{')) return [this.#rest(words), this.#long];
      const isLast = index === segments.length - 1;
      // RT-13: a last asterisk matches nothing at all as well, in `/a/`.
      if (isLast && segment === '*') return [this.#whole([...words, '*']), this.#whole(words), this.#long];
      words.push(WILDCARDS.test(segment) ? '*' : encoded(segment));
    }
    return [this.#whole(words), this.#long];
  }

  /** Where is said what is for a user, or for an anonymous session by its id. */
  ofUser(name: string): string {
    return `${this.#users}.${wordOf(name)}`;
  }

  ofNode(nodeId: string): string {
    return `${this.#nodes}.${wordOf(nodeId)}`;
  }

  #whole(words: readonly string[]): string {
    const address = [...words, END].join('.');
    return address.length > MAX_LENGTH ? this.everyDestination : address;
  }

  #rest(words: readonly string[]): string {
    const address = [...words, '>'].join('.');
    return address.length > MAX_LENGTH ? this.everyDestination : address;
  }

  #segmentsOf(destination: string): readonly string[] {
    return destination.split(this.separator).filter((segment) => segment !== '');
  }
}

/** Whether an address stands for several. */
export function isPatternAddress(address: string): boolean {
  return address.endsWith('>') || address.includes('*');
}

/** A word that is always short enough. */
function wordOf(text: string): string {
  const word = encoded(text);
  return word.length > MAX_WORD_LENGTH ? `=h${createHash('sha256').update(text).digest('hex')}` : word;
}

/** Letters, digits, `-` and `_` as they are; every other octet of UTF-8 as `=` and two hexadecimal digits. */
function encoded(text: string): string {
  if (/^[\w-]+$/.test(text)) return text;
  let word = '';
  for (const octet of Buffer.from(text, 'utf8')) {
    const character = String.fromCharCode(octet);
    word += /[\w-]/.test(character) ? character : `=${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return word === '' ? '=' : word;
}
