import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import type { AddressInfo } from 'node:net';
import { RawClient, terminateRawClients } from '../support/raw-client.js';

// Inside the repository, so that it is compiled and finds its packages as a file of an application would.
const folder = mkdtempSync(join(import.meta.dirname, 'readme-'));
let app: INestApplication | undefined;

afterAll(async () => {
  terminateRawClients();
  await app?.close();
  rmSync(folder, { recursive: true });
});

/** The first TypeScript example of the README, as it stands there. */
function example(): string {
  const readme = readFileSync('README.md', 'utf8');
  const [, code] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  if (code === undefined) throw new Error('README.md has no TypeScript example');
  return code;
}

it('runs the example of the README, which answers as its comments say', async () => {
  const code = example();
  expect(code).toContain('await app.listen(3000);');
  const file = join(folder, 'example.ts');
  writeFileSync(file, `${code.replace('listen(3000)', "listen(0, '127.0.0.1')")}\nexport { app };\n`);
  ({ app } = (await import(file)) as { app: INestApplication });
  app.useLogger(false);

  const { port } = app.getHttpServer().address() as AddressInfo;
  const client = await RawClient.connect(`ws://127.0.0.1:${port}/stomp`);
  client.send('SUBSCRIBE\nid:0\ndestination:/topic/hello\n\n\0');
  client.send('SUBSCRIBE\nid:1\ndestination:/topic/chat/kitchen\n\n\0');
  client.send('SEND\ndestination:/app/hello\n\nWorld\0');
  client.send('SEND\ndestination:/app/chat/kitchen\n\n{"text":"Tea is ready"}\0');
  expect(await client.next()).toMatch(/^MESSAGE\ndestination:\/topic\/hello\n[\s\S]*\n\nHello, World!\0$/);
  expect(await client.next()).toMatch(
    /^MESSAGE\ndestination:\/topic\/chat\/kitchen\n[\s\S]*"room":"kitchen","text":"Tea is ready"/,
  );
});
