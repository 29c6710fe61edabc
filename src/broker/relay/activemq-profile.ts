import type { BrokerProfile, DestinationMapping, SubscribeWish } from './broker-profile.js';
import { dotted, hasWord, namedDestinationOf, undotted } from './destination-words.js';

/** The first word of all private destinations. */
const PRIVATE_WORD = 'stomp-user';

const SIGNS = {
  activemq: { many: '>', words: new Set(['*', '>', '**']), forbidden: /[,?]|^\/topic\/ActiveMQ\./ },
  artemis: { many: '#', words: new Set(['*', '#', '**']), forbidden: /^\/?(?:activemq|\$sys)\./i },
} as const;

/**
 * ActiveMQ Classic and Apache Artemis. Destinations of users are topics below one word that no client's pattern may match:
 * queues would stay behind, and so would messages in them.
 */
export class ActiveMqProfile implements BrokerProfile {
  readonly #signs: (typeof SIGNS)[keyof typeof SIGNS];

  constructor(
    readonly name: 'activemq' | 'artemis',
    private readonly mapping: DestinationMapping,
  ) {
    this.#signs = SIGNS[name];
  }

  toBroker(destination: string): string {
    if (this.mapping === 'keep') return destination;
    const { prefix, name } = namedDestinationOf(destination);
    return prefix + dotted(name).replace(/(^|\.)\*\*(?=\.|$)/g, `$1${this.#signs.many}`);
  }

  fromBroker(destination: string): string {
    if (this.mapping === 'keep') return destination;
    const { prefix, name } = namedDestinationOf(destination);
    return prefix + undotted(name);
  }

  isPattern(destination: string): boolean {
    return hasWord(namedDestinationOf(destination).name, this.#signs.words);
  }

  objection(destination: string, use: 'send' | 'subscribe'): string | undefined {
    const { name } = namedDestinationOf(destination);
    if (this.#signs.forbidden.test(destination))
      return 'The destination has a meaning of its own for the broker';
    if (name.startsWith(PRIVATE_WORD)) return 'The destination is private';
    if (use === 'send' && this.isPattern(destination))
      return 'A message goes to one destination, not to a pattern';
    return undefined;
  }

  privateDestination(target: string, sessionId: string): string {
    const name = encodeURIComponent(target.replace(/^\//, '')).replace(/\./g, '%2E');
    return `/topic/${PRIVATE_WORD}.${sessionId}.${name}`;
  }

  mayMatchPrivate(pattern: string): boolean {
    const [first = ''] = namedDestinationOf(pattern).name.split(/[./]/);
    return this.#signs.words.has(first);
  }

  sendHeaders(destination: string): readonly (readonly [string, string])[] {
    // Without it Artemis takes a queue for a topic, unless its acceptor has prefixes.
    return this.#routing('destination-type', destination);
  }

  subscribeHeaders({
    destination,
    acknowledges,
    prefetch,
  }: SubscribeWish): readonly (readonly [string, string])[] {
    if (this.name === 'artemis') return this.#routing('subscription-type', destination);
    return acknowledges ? [['activemq.prefetchSize', String(prefetch)]] : [];
  }

  remarkOn(prefix: string): string | undefined {
    if (prefix.startsWith('/topic') || prefix.startsWith('/queue')) return undefined;
    return `The broker takes what begins with ${prefix} neither for a topic nor for a queue: name /topic or /queue.`;
  }

  #routing(header: string, destination: string): readonly (readonly [string, string])[] {
    if (this.name !== 'artemis') return [];
    if (destination.startsWith('/queue/')) return [[header, 'ANYCAST']];
    return destination.startsWith('/topic/') ? [[header, 'MULTICAST']] : [];
  }
}
