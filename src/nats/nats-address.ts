const DEFAULT_PORT = 4222;

/** Where a client goes, for people to read: without user and password, which some write into it. */
export function natsAddress(
  servers: string | readonly string[] | undefined,
  port: number | undefined,
): string {
  const list = typeof servers === 'string' ? [servers] : (servers ?? []);
  if (list.length === 0) return `127.0.0.1:${port ?? DEFAULT_PORT}`;
  return list.map(hostAndPort).join(', ');
}

function hostAndPort(server: string): string {
  const place = server
    .trim()
    .replace(/^[a-z+]+:\/\//i, '')
    .replace(/^.*@/, '')
    .replace(/\/.*$/, '');
  return /:\d+$/.test(place) ? place : `${place}:${DEFAULT_PORT}`;
}
