import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import type { AddressInfo } from 'node:net';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { snippetsOf } from '../support/snippets.js';

// Inside the repository, so that it is compiled and finds its packages as a file of an application would.
const folder = mkdtempSync(join(import.meta.dirname, 'readme-'));
let app: INestApplication | undefined;

afterAll(async () => {
  terminateRawClients();
  await app?.close();
  rmSync(folder, { recursive: true });
});

it('runs the example of the README, which answers as its comments say, and the test of it', async () => {
  const [code, ...others] = snippetsOf('README.md');
  expect(code).toContain('await app.listen(3000);');
  const test = others.find((other) => other.includes('StompTestKit.create'));
  expect(test).toBeDefined();
  const file = join(folder, 'example.ts');
  writeFileSync(
    file,
    `import { expect } from '@jest/globals';
    ${code.replace('listen(3000)', "listen(0, '127.0.0.1')")}
    ${test}
    export { app };`,
  );
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
