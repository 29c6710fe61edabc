/** Those that the client knows. */
const PROTOCOLS: ReadonlySet<string> = new Set(['redis:', 'rediss:', 'unix:']);
const HOW =
  'Write redis://host:6379, or redis://user:password@host:6379; rediss:// for TLS, unix:// for a socket file.';

/** Where a client goes, for people to read: without user and password. */
export function redisAddress(
  url: string | undefined,
  socket: object | undefined,
  defaultUrl: string,
): string {
  if (url === undefined && socket !== undefined) {
    const {
      host = '127.0.0.1',
      port = 6379,
      path,
    } = socket as { host?: string; port?: number; path?: string };
    return path ?? `${host}:${port}`;
  }
  const { protocol, hostname, port, pathname } = parse(url ?? defaultUrl);
  if (
    socket !== undefined &&
    'tls' in socket &&
    socket.tls !== undefined &&
    socket.tls !== (protocol === 'rediss:')
  ) {
    // Said here, because the client would say it with the whole URL, password included.
    throw new TypeError(
      'The options url and client.socket.tls of RedisClusterBus contradict each other. Write rediss://… for TLS, redis://… without.',
    );
  }
  return protocol === 'unix:' ? pathname : `${hostname}:${port || 6379}`;
}

function parse(url: string): URL {
  let parsed: URL;
  try {
    // WHATWG knows no user without a host, which the path of a socket may have.
    parsed = new URL(url.replace(/^unix:\/\/[^/]*@/, 'unix://'));
  } catch {
    // Its own error would show the whole, password included.
    throw new TypeError(`The option url of RedisClusterBus is not a URL. ${HOW}`);
  }
  // The client would only say it on each attempt to connect, and the application would run without its cluster.
  if (!PROTOCOLS.has(parsed.protocol)) {
    throw new TypeError(`The option url of RedisClusterBus begins with "${parsed.protocol}". ${HOW}`);
  }
  return parsed;
}
