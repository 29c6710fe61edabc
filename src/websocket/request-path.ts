/** The path of a request target, which a proxy may write with scheme and host (RFC 9112, section 3.2.2). */
export function requestPath(target: string): string {
  const path = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?]*/i, '');
  const query = path.indexOf('?');
  return query < 0 ? path : path.slice(0, query);
}
