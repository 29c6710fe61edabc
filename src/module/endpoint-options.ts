import { knownOnly } from './known-options.js';
import { hasMethod, list, strings, wrong } from './option-values.js';
import type { StompEndpointOptions } from './stomp-module-options.js';

/** What a request line may hold, without a query. */
const PATH = /^\/(?:(?![?#])[!-~])*$/;

/** As browsers write it; `file://` and the schemes of mobile shells are origins, too. */
const ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[^/?#*\s]*\/?$/i;

/** Refuses endpoints that could not be served, or not by what was meant. */
export function checkEndpoints(endpoints: unknown): void {
  if (!Array.isArray(endpoints) || endpoints.length === 0) {
    throw wrong('endpoints', endpoints, "Name at least one, such as endpoints: [{ path: '/stomp' }].");
  }
  const paths = new Set<string>();
  for (const endpoint of endpoints as StompEndpointOptions[]) {
    knownOnly('endpoints[]', endpoint);
    const { path, allowedOrigins = [], allowedOriginPatterns = [], handshakeInterceptors = [] } = endpoint;
    if (typeof path !== 'string' || !PATH.test(path)) {
      throw wrong(
        'endpoints[].path',
        path,
        "Write a path as it stands in a request: it starts with '/', has no query, and is percent-encoded.",
      );
    }
    if (paths.has(path)) throw wrong('endpoints[].path', path, 'Two endpoints have this path: remove one.');
    paths.add(path);
    checkOrigins(allowedOrigins);
    strings('endpoints[].allowedOriginPatterns', allowedOriginPatterns);
    for (const interceptor of list('endpoints[].handshakeInterceptors', handshakeInterceptors)) {
      if (hasMethod(interceptor, 'beforeHandshake')) continue;
      throw wrong(
        'endpoints[].handshakeInterceptors',
        interceptor,
        'Give instances with beforeHandshake; middlewares go into a MiddlewareHandshakeInterceptor.',
      );
    }
  }
}

/** An origin that no page can have would refuse pages without saying why. */
function checkOrigins(allowedOrigins: unknown): void {
  for (const origin of strings('endpoints[].allowedOrigins', allowedOrigins)) {
    if (origin === '*' || origin === 'null' || ORIGIN.test(origin)) continue;
    throw wrong(
      'endpoints[].allowedOrigins',
      origin,
      "Write scheme, host and port, such as 'https://app.example.com:8443'; patterns go to allowedOriginPatterns.",
    );
  }
}
