import type { IncomingMessage } from 'node:http';

/** Which pages may open a connection. Requests without `Origin` do not come from a page and always may. */
export interface AllowedOrigins {
  /** Exact origins, compared without regard to case; `*` is every origin. */
  readonly allowedOrigins?: readonly string[];
  /** Origins with `*` for any characters and a last `:[8080,9090]` or `:[*]` for ports. */
  readonly allowedOriginPatterns?: readonly string[];
}

/**
 * Whether a request may be upgraded. Without lists only the server's own origin may, which keeps other sites
 * from using a visitor's cookies here (cross-site WebSocket hijacking); with lists it still may.
 */
export function isOriginAllowed(request: IncomingMessage, allowed: AllowedOrigins): boolean {
  const { origin } = request.headers;
  if (origin === undefined || isSameOrigin(origin, request)) return true;
  const asked = normalised(origin);
  return (
    (allowed.allowedOrigins ?? []).some(
      (candidate) => candidate === '*' || normalised(candidate) === asked,
    ) || (allowed.allowedOriginPatterns ?? []).some((pattern) => matchesPattern(normalised(pattern), asked))
  );
}

/** Scheme, host and port are equal, as they reach this server; a proxy in front must pass `Host` on. */
function isSameOrigin(origin: string, request: IncomingMessage): boolean {
  const { host } = request.headers;
  if (host === undefined || !URL.canParse(origin)) return false;
  const scheme = 'encrypted' in request.socket ? 'https' : 'http';
  if (!URL.canParse(`${scheme}://${host}`)) return false;
  return new URL(origin).origin === new URL(`${scheme}://${host}`).origin;
}

function normalised(origin: string): string {
  return origin.toLowerCase().replace(/\/$/, '');
}

const PORTS = /^(.*):\[([\d,*]+)\]$/;
const ORIGIN_PORT = /^(.*?):(\d+)$/;

function matchesPattern(pattern: string, origin: string): boolean {
  const [, base, ports] = PORTS.exec(pattern) ?? [];
  if (base === undefined || ports === undefined) return matchesStars(pattern, origin);
  const [, host, port] = ORIGIN_PORT.exec(origin) ?? [];
  if (ports === '*') return matchesStars(base, host ?? origin);
  return (
    host !== undefined && port !== undefined && ports.split(',').includes(port) && matchesStars(base, host)
  );
}

/** `*` is any run of characters. Each piece is looked for once, from left to right. */
function matchesStars(pattern: string, text: string): boolean {
  const [first, ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first)) return false;
  let position = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, position);
    if (found < 0) return false;
    position = found + piece.length;
  }
  return text.length - position >= last.length && text.endsWith(last);
}
