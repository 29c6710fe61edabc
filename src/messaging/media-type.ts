import { detached } from './detached-text.js';

/** A parsed `content-type`. */
export interface MediaType {
  /** Type and subtype in lower case, e.g. `application/json`. */
  readonly essence: string;
  /** The charset parameter in lower case, if there is one. */
  readonly charset: string | undefined;
}

const ESSENCE = /^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+$/;

/** An application has few media types, and each message is asked about its own several times. Clients choose them, too. */
const KNOWN_LIMIT = 64;
const KNOWN_LENGTH_LIMIT = 128;
const known = new Map<string, MediaType | undefined>();

/**
 * Reads a `content-type`; `undefined` when it is not a media type. A body is relayed whatever its
 * `content-type` says: only conversion looks at it.
 */
export function parseMediaType(value: string): MediaType | undefined {
  const parsed = known.get(value);
  if (parsed !== undefined || known.has(value)) return parsed;
  const type = parse(value);
  if (value.length <= KNOWN_LENGTH_LIMIT) {
    if (known.size >= KNOWN_LIMIT) known.clear();
    known.set(detached(value), type);
  }
  return type;
}

function parse(value: string): MediaType | undefined {
  const [first, ...parameters] = value.split(';');
  const essence = first.trim().toLowerCase();
  if (!ESSENCE.test(essence)) return undefined;
  for (const parameter of parameters) {
    const [name, text = ''] = parameter.split('=');
    if (name.trim().toLowerCase() === 'charset') {
      return {
        essence,
        charset: text
          .trim()
          .replace(/^"(.*)"$/, '$1')
          .toLowerCase(),
      };
    }
  }
  return { essence, charset: undefined };
}

/** `application/json` and every `application/…+json`. */
export function isJson(essence: string): boolean {
  return essence === 'application/json' || (essence.startsWith('application/') && essence.endsWith('+json'));
}

/** `application/octet-stream` and the ranges that include it. */
export function isOctetStream(essence: string): boolean {
  return essence === 'application/octet-stream' || essence === 'application/*' || essence === '*/*';
}
