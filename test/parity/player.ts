import { request } from 'node:http';
import { PlayedClient } from './played-client.js';
import type { Scenario, Step } from './scenario.js';

/** By client (and `http`), what it received. */
export type Received = Record<string, string[]>;

const SYNC_DESTINATION = '/app/parity.sync';

/** Plays scenarios against a server and writes down what the clients receive. */
export class Player {
  readonly #clients = new Map<string, PlayedClient>();
  readonly #answers: string[] = [];
  #observer: PlayedClient | undefined;

  private constructor(readonly origin: string) {}

  /** @param origin such as `127.0.0.1:8080` */
  static async play(origin: string, scenario: Scenario): Promise<Received> {
    const player = new Player(origin);
    try {
      for (const step of scenario.steps) await player.#take(step);
      // Twice: what one client does last may reach one that was asked before it.
      for (let round = 0; round < 2; round += 1) {
        for (const client of player.#clients.values()) await player.#settle(client);
      }
      return player.#received();
    } catch (cause) {
      throw new Error(`${scenario.variant}: ${scenario.title}: ${JSON.stringify(player.#received())}`, {
        cause,
      });
    } finally {
      for (const client of player.#clients.values()) await client.end();
      await player.#observer?.end();
    }
  }

  #received(): Received {
    const received: Received = {};
    for (const [name, client] of this.#clients) received[name] = client.lines;
    if (this.#answers.length > 0) received.http = this.#answers;
    return received;
  }

  async #take(step: Step): Promise<void> {
    if (step.does === 'request') {
      this.#answers.push(await answerTo(this.origin, step));
      return;
    }
    if (step.does === 'open') {
      this.#clients.set(step.client, await PlayedClient.open(this.origin, step));
      return;
    }
    const client = this.#clients.get(step.client);
    if (client === undefined) throw new Error(`${step.client} has not opened a connection`);
    switch (step.does) {
      case 'send':
        return client.send(step.binary ? Buffer.from(step.data, 'latin1') : step.data);
      case 'await':
        return client.receives(step.messages);
      case 'settle':
        return this.#settle(client);
      case 'poll':
        return this.#poll(client, step.data, step.until);
      case 'close':
        return client.end();
      case 'awaitClose':
        return client.ends();
    }
  }

  async #settle(client: PlayedClient): Promise<void> {
    if (client.isConnected) return client.sync(SYNC_DESTINATION);
    // Nobody would answer it. So: the server has read all it sent, has done all that it was to do, and it has read that.
    await client.pong();
    this.#observer ??= await PlayedClient.open(this.origin, { target: '/stomp' });
    if (!this.#observer.isConnected) {
      this.#observer.send('CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0');
      await this.#observer.receives(1);
    }
    await this.#observer.sync(SYNC_DESTINATION);
    await client.pong();
  }

  async #poll(client: PlayedClient, data: string, until: string): Promise<void> {
    for (let attempt = 0; attempt < 500; attempt += 1) {
      const before = client.lines.length;
      client.send(data);
      await this.#settle(client);
      const answers = client.lines.splice(before);
      if (answers.some((answer) => answer.includes(until))) {
        client.lines.push(...answers);
        return;
      }
    }
    throw new Error(`No answer had ${until}`);
  }
}

const SHOWN = ['allow', 'upgrade', 'sec-websocket-version', 'sec-websocket-protocol'];

/** Status, the headers that matter to a WebSocket client, body. */
function answerTo(origin: string, { method, target, headers }: Step & { does: 'request' }): Promise<string> {
  const [host, port] = origin.split(':');
  return new Promise((resolve, reject) => {
    const outgoing = request({ host, port, method, path: target, headers, agent: false });
    const describe = (status = 0, answer: NodeJS.Dict<string | string[]>, body: string): string =>
      [
        String(status),
        ...SHOWN.filter((name) => answer[name] !== undefined).map(
          (name) => `${name}: ${asSet(String(answer[name]))}`,
        ),
        body.replace(/"timestamp":"[^"]*"/, '"timestamp":"*"'),
      ].join('\n');
    outgoing.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(describe(response.statusCode, response.headers, ''));
    });
    outgoing.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve(describe(response.statusCode, response.headers, body)));
    });
    outgoing.on('error', reject);
    outgoing.setTimeout(10_000, () => outgoing.destroy(new Error('No answer within 10 s')));
    outgoing.end();
  });
}

/** The order of a list says nothing, and Java's is another one with each start. */
function asSet(list: string): string {
  return list
    .split(',')
    .map((value) => value.trim())
    .sort()
    .join(', ');
}
