import { bodyOf, headerOf } from './exchange.js';
import { RawClient } from './raw-client.js';

/** A session that listens to the news of its failures, as `errors`. */
export async function listenToErrors(url: string, login?: string): Promise<RawClient> {
  const client = await RawClient.connect(
    url,
    `accept-version:1.2\nheart-beat:0,0\n${login === undefined ? '' : `login:${login}\n`}`,
  );
  client.send('SUBSCRIBE\nid:errors\ndestination:/user/queue/errors\n\n\0');
  await client.sync();
  return client;
}

/** What a client hears until the server is done with its frames: the subscription, and the body. */
export async function newsAfter(client: RawClient, ...frames: readonly string[]): Promise<string[]> {
  for (const frame of frames) client.send(frame);
  return (await client.sync()).map((frame) =>
    frame.startsWith('MESSAGE\n') ? `${headerOf(frame, 'subscription')}: ${bodyOf(frame)}` : frame,
  );
}
