import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Server as TlsServer } from 'node:tls';

/** What is done with requests on paths that are ours. */
export interface HttpTap {
  /** Whether a request target is on one of our paths. */
  owns(target: string): boolean;
  onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  onRequest(request: IncomingMessage, response: ServerResponse): void;
}

/**
 * Takes requests on our paths out of an HTTP server's events, and nothing else.
 *
 * Upgrade listeners cannot share a server politely: each sees every request, and Nest's `WsAdapter` destroys
 * those whose path it does not know. So the events are parted where they are emitted: ours never reach other
 * listeners, whenever these were added, and theirs never reach us.
 *
 * @returns takes everything back
 */
export function tapHttpServer(server: Server, tap: HttpTap): () => void {
  // eslint-disable-next-line typescript/unbound-method -- called with its server below
  const emit = server.emit;
  let active = true;

  function tapped(this: Server, event: string, ...args: unknown[]): boolean {
    if (active && (event === 'upgrade' || event === 'request')) {
      const [request, second, head] = args;
      if (tap.owns((request as IncomingMessage).url ?? '')) {
        if (event === 'upgrade') tap.onUpgrade(request as IncomingMessage, second as Duplex, head as Buffer);
        else tap.onRequest(request as IncomingMessage, second as ServerResponse);
        return true;
      }
    }
    return (emit as (this: Server, event: string, ...args: unknown[]) => boolean).call(this, event, ...args);
  }

  const onForeignUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (server.listenerCount('upgrade') === 1) serveWithoutUpgrade(server, request, socket, head);
  };

  server.on('upgrade', onForeignUpgrade);
  server.emit = tapped as typeof server.emit;
  return () => {
    active = false;
    server.off('upgrade', onForeignUpgrade);
    // Somebody may have wrapped `emit` after us; ours then stays underneath and does nothing.
    if (server.emit === (tapped as typeof server.emit)) server.emit = emit;
  };
}

/**
 * Our listener on `upgrade` makes Node hand over every request that offers an upgrade, also those that nobody
 * upgrades: Java's HTTP client, for one, offers HTTP/2 with its first request. Node would have served them as
 * ordinary requests, so they are given back to it without the offer.
 */
function serveWithoutUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i] ?? '';
    const value = withoutOffer(name.toLowerCase(), request.rawHeaders[i + 1] ?? '');
    if (value !== undefined) lines.push(`${name}: ${value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit(server instanceof TlsServer ? 'secureConnection' : 'connection', socket);
}

const OFFER: ReadonlySet<string> = new Set(['upgrade', 'http2-settings']);

/** A header's value as far as it is not about the upgrade: `Connection` may also say `close`. */
function withoutOffer(name: string, value: string): string | undefined {
  if (OFFER.has(name)) return undefined;
  if (name !== 'connection') return value;
  const options = value.split(',').map((option) => option.trim());
  return options.filter((option) => !OFFER.has(option.toLowerCase())).join(', ') || undefined;
}
