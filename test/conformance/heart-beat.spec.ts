import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { Stage } from '../support/stage.js';
import { closeTestApps } from '../support/test-app.js';

/** The server can send, and wants to receive, every 100 ms. */
let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open({ stomp: { simpleBroker: { heartbeat: [100, 100] } } });
});
afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

function connect(heartBeat: string, version = '1.2'): Promise<RawClient> {
  return RawClient.connect(stage.app.url, `accept-version:${version}\nhost:h\nheart-beat:${heartBeat}\n`);
}

/** Resolves when a session that promised a heart-beat every 100 ms and sent none has been given up. */
async function aSilentSessionIsGivenUp(): Promise<void> {
  await (
    await connect('100,0')
  ).closed;
}

/**
 * Answers each heart-beat of the server, for longer than a silent session lives.
 *
 * @returns all that was sent
 */
async function answerHeartBeats(client: RawClient, octets: string): Promise<string> {
  const over = new AbortController();
  const silence = aSilentSessionIsGivenUp().then(() => over.abort());
  let sent = '';
  while (!over.signal.aborted) {
    expect(await client.next()).toBe('\n');
    client.send(octets);
    sent += octets;
  }
  await silence;
  return sent;
}

describe('CONNECTED', () => {
  it.each(['heart-beat:0,0\n', 'heart-beat:1,2\n', 'heart-beat:5000,0\n', 'heart-beat: 1 , 2\n', ''])(
    "has the server's own numbers, whatever the client's are: %j [A88] [A89]",
    async (header) => {
      const client = await stage.socket();
      client.send(`CONNECT\naccept-version:1.1,1.2\nhost:h\n${header}\n\0`);
      expect(await client.next()).toBe('CONNECTED\nversion:1.2\nheart-beat:100,100\n\n\0');
    },
  );

  it('has 0,0 when the server is told to have no heart-beats [A77]', async () => {
    const quiet = await Stage.open({ stomp: { simpleBroker: { heartbeat: [0, 0] } } });
    const client = await quiet.socket();
    client.send('CONNECT\naccept-version:1.1\nhost:h\nheart-beat:100,100\n\n\0');
    expect(await client.next()).toBe('CONNECTED\nversion:1.1\nheart-beat:0,0\n\n\0');
  });
});

describe('the server', () => {
  it.each(['1.1', '1.2'])(
    'sends a lone LF as a text message of its own while idle on %s [A91] [A93]',
    async (version) => {
      const client = await connect('0,100', version);
      for (let beat = 0; beat < 3; beat++) {
        const { data, isBinary } = await client.nextMessage();
        expect(data).toEqual(Buffer.of(0x0a));
        expect(isBinary).toBe(false);
      }
    },
  );

  it('takes its own pace when a client wants more of it [A90] [A101] [D80] [D81]', async () => {
    const reference = await connect('0,100');
    const eager = await connect('0,1');
    for (let beat = 0; beat < 4; beat++) expect(await eager.next()).toBe('\n');
    expect((await reference.sync()).length).toBeGreaterThanOrEqual(3);
  });

  it.each([
    ['wants none', '100,0'],
    ['wants them every 31 years', '9999999999,9999999999'],
    ['wants them as seldom as a timer can', '2147483648,2147483648'],
  ])('sends nothing to a client that %s [A90] [A100] [D82]', async (_wish, heartBeat) => {
    const client = await connect(heartBeat);
    const reference = await connect('0,100');
    for (let beat = 0; beat < 4; beat++) expect(await reference.next()).toBe('\n');
    expect(await client.sync()).toEqual([]);
  });

  it('does not answer a heart-beat [A97] [D83]', async () => {
    const client = await connect('100,0');
    for (let beat = 0; beat < 500; beat++) client.send('\n');
    expect(await client.sync()).toEqual([]);
  });
});

describe('a client', () => {
  it.each(['1.1', '1.2'])(
    'that keeps its promise of %s not at all is given up [A96] [D84]',
    async (version) => {
      const client = await connect('100,0', version);
      await stage.expectRefused(client, { code: 'STOMP_ERR_HEART_BEAT_LOST', close: 1002 });
      expect(stage.counts()).toEqual({ sessions: 1, subscriptions: 1 });
    },
  );

  it.each(['\n', '\r\n'])('is alive as long as it sends %j [A94] [A96]', async (lineEnd) => {
    const client = await connect('100,100');
    await answerHeartBeats(client, lineEnd);
    expect((await client.sync()).filter((message) => message !== '\n')).toEqual([]);
  });

  it('is alive as long as it sends octets of a frame, finished or not [A94] [A96]', async () => {
    const client = await connect('100,100');
    client.send('SEND\ndestination:/q\nreceipt:');
    const receipt = await answerHeartBeats(client, 'S');
    client.send('\n\n\0');
    let answer = await client.next();
    while (answer === '\n') answer = await client.next();
    expect(answer).toBe(`RECEIPT\nreceipt-id:${receipt}\n\n\0`);
  });

  it.each([
    ['has no heart-beat header', 'accept-version:1.2\nhost:h\n'],
    ['promises nothing', 'accept-version:1.2\nhost:h\nheart-beat:0,0\n'],
    ['promises one heart-beat in 31 years', 'accept-version:1.2\nhost:h\nheart-beat:9999999999,0\n'],
    ['speaks 1.0, which has no heart-beats,', 'heart-beat:100,100\n'],
    ['speaks 1.0 and has a header that 1.1 could not read,', 'heart-beat:abc\n'],
  ])('that %s may be silent and hears nothing [A88] [A99] [A100] [A103]', async (_what, headers) => {
    const client = await RawClient.connect(stage.app.url, headers);
    await aSilentSessionIsGivenUp();
    expect(await client.sync()).toEqual([]);
  });

  it('may take its time until CONNECT: heart-beats begin with the session [A104]', async () => {
    const client = await stage.socket();
    await aSilentSessionIsGivenUp();
    client.send('CONNECT\naccept-version:1.2\nhost:h\nheart-beat:100,0\n\n\0');
    expect(await client.next()).toBe('CONNECTED\nversion:1.2\nheart-beat:100,100\n\n\0');
    expect(await client.sync()).toEqual([]);
  });
});

describe.each(['1.1', '1.2'])('on %s', (version) => {
  it.each([
    'abc',
    '10000',
    '1,2,3',
    '-1,0',
    '0,-1',
    '1.5,0',
    ',',
    '10000,',
    ',10000',
    'a,b',
    '',
    'T,0',
    '20r000,60000',
    '0x10,0',
    '+1,0',
    '1e3,0',
    '1;2',
    '99999999999999999999,0',
  ])('a heart-beat of %j is refused [A99] [D78] [D79]', async (heartBeat) => {
    const client = await stage.socket();
    client.send(
      `CONNECT\naccept-version:${version}\nhost:h\nheart-beat:${heartBeat}\n\n\0SEND\ndestination:/behind\n\nx\0`,
    );
    await stage.expectRefused(client, { code: 'STOMP_ERR_BAD_HEART_BEAT', close: 1002 });
  });
});
