/**
 * A message as a test looks at it.
 *
 * @publicApi
 */
export class StompTestMessage {
  constructor(
    /** Where it went, as its receiver knows it. */
    readonly destination: string,
    /** STOMP headers by name; of a repeated one the first value, which is the one that counts. */
    readonly headers: Readonly<Record<string, string>>,
    readonly bytes: Buffer,
  ) {}

  /** The body as text. */
  get body(): string {
    return this.bytes.toString('utf8');
  }

  /**
   * The body read as JSON.
   *
   * @throws Error when it is none
   */
  json<T = unknown>(): T {
    try {
      return JSON.parse(this.body) as T;
    } catch (cause) {
      throw new Error(`The message on ${this.destination} is not JSON: ${excerpt(this.body)}`, { cause });
    }
  }
}

const EXCERPT_LENGTH = 200;

/** As much of a text as fits in an error message. */
export function excerpt(text: string): string {
  return JSON.stringify(text.length > EXCERPT_LENGTH ? `${text.slice(0, EXCERPT_LENGTH)}…` : text);
}
