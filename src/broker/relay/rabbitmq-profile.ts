import type { BrokerProfile, DestinationMapping, SubscribeWish } from './broker-profile.js';
import { dotted, hasWord, namedDestinationOf, undotted } from './destination-words.js';

/** AMQP's limit of a routing key and of a queue's name. */
const MAX_NAME_BYTES = 255;

/** What names nothing, or no exchange: RabbitMQ answers with an ERROR that does not say to which frame. */
const NAMELESS = /^\/(?:amq\/queue|[^/]*)\/?$|^\/exchange\/\//;

const WILDCARDS: ReadonlySet<string> = new Set(['*', '#', '**']);

/**
 * RabbitMQ. A slash behind the prefix has to be written `%2F` there, or the destination is refused. Destinations of users are
 * keys of the exchange `amq.direct`: their queues go with their session, where `/queue/…` would leave one behind for each
 * session that ever was, and no wildcard matches there.
 */
export class RabbitMqProfile implements BrokerProfile {
  readonly name = 'rabbitmq';

  constructor(
    private readonly mapping: DestinationMapping,
    private readonly queueArguments: Readonly<Record<string, string>>,
  ) {}

  toBroker(destination: string): string {
    const { prefix, name } = namedDestinationOf(destination);
    if (this.mapping === 'keep') return prefix + name.replace(/\//g, '%2F');
    return prefix + dotted(name).replace(/(^|\.)\*\*(?=\.|$)/g, '$1#');
  }

  fromBroker(destination: string): string {
    const { prefix, name } = namedDestinationOf(destination);
    const decoded = tryDecode(name);
    return prefix + (this.mapping === 'keep' ? decoded : undotted(decoded));
  }

  isPattern(destination: string): boolean {
    const { prefix, name } = namedDestinationOf(destination);
    return prefix !== '/queue/' && prefix !== '/amq/queue/' && hasWord(name, WILDCARDS);
  }

  objection(destination: string): string | undefined {
    if (NAMELESS.test(destination)) return 'The destination has no name behind its prefix';
    const { name } = namedDestinationOf(destination);
    if (Buffer.byteLength(name) > MAX_NAME_BYTES)
      return `The destination is longer than ${MAX_NAME_BYTES} bytes`;
    return undefined;
  }

  privateDestination(target: string, sessionId: string): string {
    return `/exchange/amq.direct/${encodeURIComponent(target.replace(/^\//, ''))}-user${sessionId}`;
  }

  mayMatchPrivate(pattern: string): boolean {
    // A direct exchange compares letter by letter; only a binding of the whole exchange gets to it.
    return pattern.startsWith('/exchange/amq.direct/');
  }

  sendHeaders(destination: string): readonly (readonly [string, string])[] {
    // Whoever comes first makes the queue, and all must mean the same one.
    return destination.startsWith('/queue/') ? Object.entries(this.queueArguments) : [];
  }

  subscribeHeaders({
    destination,
    acknowledges,
    prefetch,
  }: SubscribeWish): readonly (readonly [string, string])[] {
    const headers = [...this.sendHeaders(destination)];
    if (acknowledges) headers.push(['prefetch-count', String(prefetch)]);
    return headers;
  }

  remarkOn(prefix: string): string | undefined {
    if (
      !['/topic', '/queue', '/exchange', '/amq/queue', '/reply-queue'].some((known) =>
        prefix.startsWith(known),
      )
    ) {
      return `RabbitMQ knows no destinations that begin with ${prefix}: name /topic, /queue, /exchange or /amq/queue.`;
    }
    if (!prefix.startsWith('/queue') || Object.keys(this.queueArguments).length > 0) return undefined;
    return (
      `Every name behind ${prefix} that anybody uses makes a durable queue in RabbitMQ that stays. If clients choose ` +
      "names, give brokerRelay.queueArguments, such as { 'x-expires': '3600000' }."
    );
  }
}

/** It writes in percent signs what it has read as it was. */
function tryDecode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
