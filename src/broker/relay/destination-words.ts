/** A destination as the brokers see it: `/topic/` and a name of words with dots between them. */
export interface NamedDestination {
  /** With its final slash; '' when there is none. */
  readonly prefix: string;
  readonly name: string;
}

/** Exchanges and existing queues of RabbitMQ have their own name between prefix and key. */
const PREFIX = /^\/(?:amq\/queue|exchange\/[^/]*|[^/]*)\//;

export function namedDestinationOf(destination: string): NamedDestination {
  const prefix = PREFIX.exec(destination)?.[0] ?? '';
  return { prefix, name: destination.slice(prefix.length) };
}

/** Slashes become dots, and dots a sign that nobody writes by himself. */
export function dotted(name: string): string {
  return name.replace(/%/g, '%25').replace(/\./g, '%2E').replace(/\//g, '.');
}

/** What {@link dotted} was given. */
export function undotted(name: string): string {
  return name.replace(/\./g, '/').replace(/%2E/g, '.').replace(/%25/g, '%');
}

/** Whether one of the words is a wildcard as a whole. */
export function hasWord(name: string, wildcards: ReadonlySet<string>, separator: RegExp = /[./]/): boolean {
  return name.split(separator).some((word) => wildcards.has(word));
}
