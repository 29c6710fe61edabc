import { RawClient } from './raw-client.js';

/** A frame whose random `message-id` is written as `*`, so that it can be compared as a whole. */
export function masked(frame: string): string {
  return frame.replace(/^message-id:.*$/m, 'message-id:*');
}

/** What follows the headers, without the final NUL. */
export function bodyOf(frame: string): string {
  return frame.slice(frame.indexOf('\n\n') + 2, -1);
}

/** The value of a header; `undefined` when the frame does not have it. */
export function headerOf(frame: string, name: string): string | undefined {
  const head = frame.slice(0, frame.indexOf('\n\n')).split('\n');
  return head.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1);
}

/**
 * What a client that is subscribed to everything under `/topic`, as `all`, receives after it has sent these
 * frames and the server is done with them.
 */
export async function exchange(url: string, ...frames: readonly string[]): Promise<string[]> {
  const client = await RawClient.connect(url);
  client.send('SUBSCRIBE\nid:all\ndestination:/topic/**\n\n\0');
  for (const frame of frames) client.send(frame);
  return (await client.sync()).map(masked);
}
