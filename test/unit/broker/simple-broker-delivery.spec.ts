import { describe, expect, it } from '@jest/globals';
import { MessageFlow, type FlowClient } from '../../support/message-flow.js';

/** What has arrived, as `<subscription> <body>`. */
function arrived({ transport }: FlowClient): string[] {
  return transport.take().map((frame) => {
    const [head, body] = frame.split('\n\n');
    return `${String(/^subscription:(.*)$/m.exec(head)?.[1])} ${body.slice(0, -1)}`;
  });
}

function subscriber(flow: MessageFlow, destination: string, id = '0'): FlowClient {
  const client = flow.connect();
  client.say(`SUBSCRIBE\nid:${id}\ndestination:${destination}\n\n\0`);
  return client;
}

describe('what is sent to a broker destination', () => {
  it('reaches everybody subscribed, the sender included, and nobody else [BRK-14]', () => {
    const flow = new MessageFlow();
    const [sender, other, stranger] = ['/topic/a', '/topic/a', '/topic/b'].map((to) => subscriber(flow, to));
    sender.say('SEND\ndestination:/topic/a\n\nhi\0');
    expect(arrived(sender)).toEqual(['0 hi']);
    expect(arrived(other)).toEqual(['0 hi']);
    expect(arrived(stranger)).toEqual([]);
  });

  it('reaches each subscription of a session [BRK-3]', () => {
    const client = subscriber(new MessageFlow(), '/topic/a', 'x');
    client.say('SUBSCRIBE\nid:y\ndestination:/topic/a\n\n\0', 'SUBSCRIBE\nid:z\ndestination:/topic/*\n\n\0');
    client.say('SEND\ndestination:/topic/a\n\nhi\0');
    expect(arrived(client).sort()).toEqual(['x hi', 'y hi', 'z hi']);
  });

  it('is not kept for who subscribes later [BRK-27]', () => {
    const flow = new MessageFlow();
    flow.connect().say('SEND\ndestination:/topic/a\n\nhi\0');
    expect(arrived(subscriber(flow, '/topic/a'))).toEqual([]);
  });

  it('is broadcast also under /queue [BRK-28]', () => {
    const flow = new MessageFlow();
    const clients = [subscriber(flow, '/queue/a'), subscriber(flow, '/queue/a')];
    clients[0].say('SEND\ndestination:/queue/a\n\nhi\0');
    expect(clients.map(arrived)).toEqual([['0 hi'], ['0 hi']]);
  });

  it('with wildcards in it is a literal [BRK-8]', () => {
    const flow = new MessageFlow();
    const [literal, pattern] = [subscriber(flow, '/topic/a'), subscriber(flow, '/topic/*')];
    literal.say('SEND\ndestination:/topic/*\n\nhi\0');
    expect(arrived(literal)).toEqual([]);
    expect(arrived(pattern)).toEqual(['0 hi']);
  });

  it('may be any text under its prefix [BRK-9]', () => {
    const client = subscriber(new MessageFlow(), '/topic//ä ö/');
    client.say('SEND\ndestination:/topic//ä ö/\n\nhi\0');
    expect(arrived(client)).toEqual(['0 hi']);
  });

  it('is not filtered by a selector [BRK-10]', () => {
    const flow = new MessageFlow();
    const client = flow.connect();
    client.say("SUBSCRIBE\nid:0\ndestination:/topic/a\nselector:headers.foo == 'bar'\n\n\0");
    client.say('SEND\ndestination:/topic/a\n\nhi\0');
    expect(arrived(client)).toEqual(['0 hi']);
  });

  it('carries ack only for a subscription that wants to acknowledge [A111] [BRK-23]', () => {
    const client = new MessageFlow().connect();
    client.say('SUBSCRIBE\nid:0\ndestination:/topic/a\nack:client-individual\n\n\0');
    client.say('SUBSCRIBE\nid:1\ndestination:/topic/a\nack:auto\n\n\0');
    client.say('SEND\ndestination:/topic/a\n\nhi\0');
    const [auto, individual] = client.transport.take();
    expect(auto).not.toMatch(/^ack:/m);
    expect(individual).toMatch(/^ack:/m);
  });

  it('has the server’s own headers, whatever the sender forged [A115] [BAD-6] [BRK-15] [BRK-22]', () => {
    const flow = new MessageFlow();
    const client = subscriber(flow, '/topic/a');
    flow
      .connect()
      .say(
        'BEGIN\ntransaction:evil\n\n\0',
        'SEND\ndestination:/topic/a\nsubscription:evil\nmessage-id:evil\nredelivered:evil\nack:evil\ncontent-length:1\n' +
          'transaction:evil\nsimpOrigDestination:/topic/secret\nfoo:bar\nfoo:baz\n\nx\0',
        'COMMIT\ntransaction:evil\n\n\0',
      );
    expect(client.transport.take()).toEqual([
      expect.stringMatching(
        /^MESSAGE\ndestination:\/topic\/a\nfoo:bar\nfoo:baz\nsubscription:0\nmessage-id:(?!evil)[\w-]+\ncontent-length:1\n\nx\0$/,
      ),
    ]);
  });

  it('is passed on octet for octet, with the content-type of the sender or none [CNV-12]', () => {
    const flow = new MessageFlow();
    const client = subscriber(flow, '/topic/a');
    const octets = Buffer.from([0x00, 0xff, 0x0a, 0x00]);
    flow
      .connect()
      .session.receive(
        Buffer.concat([
          Buffer.from('SEND\ndestination:/topic/a\ncontent-length:4\n\n'),
          octets,
          Buffer.from('\0'),
        ]),
      );
    const [frame] = client.transport.sent.slice(-1);
    const written = Buffer.concat(frame.parts);
    expect(written.subarray(-5)).toEqual(Buffer.concat([octets, Buffer.from('\0')]));
    expect(written.toString('latin1')).not.toContain('content-type');
    expect(frame.binary).toBe(true);
  });

  it('carries __proto__, constructor and toString to the subscriber [A199]', () => {
    const client = subscriber(new MessageFlow(), '/topic/a');
    client.say('SEND\ndestination:/topic/a\n__proto__:x\nconstructor:y\ntoString:z\n\nb\0');
    expect(client.transport.take()[0]).toMatch(
      /^MESSAGE\ndestination:\/topic\/a\n__proto__:x\nconstructor:y\ntoString:z\nsubscription:0\n/,
    );
  });

  it.each(['__proto__', 'constructor', 'toString'])('reaches a subscription with the id %s', (id) => {
    const client = subscriber(new MessageFlow(), '/topic/a', id);
    client.say('SEND\ndestination:/topic/a\n\nhi\0');
    expect(arrived(client)).toEqual([`${id} hi`]);
    client.say(`UNSUBSCRIBE\nid:${id}\n\n\0`, 'SEND\ndestination:/topic/a\n\nhi\0');
    expect(arrived(client)).toEqual([]);
  });

  it('reaches a client of STOMP 1.0 that subscribed without an id [BRK-1]', () => {
    const flow = new MessageFlow();
    const client = flow.connect('');
    client.say('SUBSCRIBE\ndestination:/topic/a\n\n\0', 'SEND\ndestination:/topic/a\n\nhi\0');
    expect(client.transport.take()).toEqual([
      expect.stringMatching(/^MESSAGE\ndestination:\/topic\/a\nmessage-id:[\w-]+\ncontent-length:2\n\nhi\0$/),
    ]);
    client.say('UNSUBSCRIBE\ndestination:/topic/a\n\n\0', 'SEND\ndestination:/topic/a\n\nhi\0');
    expect(client.transport.take()).toEqual([]);
  });
});

describe('a subscription whose id is in use', () => {
  it('is refused, and what was published before does not leak into it [BRK-4] [BRK-5]', () => {
    const flow = new MessageFlow();
    flow.connect().say('SEND\ndestination:/topic/b\n\nhi\0');
    const client = subscriber(flow, '/topic/a');
    client.say('SUBSCRIBE\nid:0\ndestination:/topic/b\n\n\0');
    expect(client.transport.take()[0]).toMatch(/^ERROR\n[^]*code:STOMP_ERR_DUPLICATE_SUBSCRIPTION\n/);
    flow.connect().say('SEND\ndestination:/topic/b\n\nhi\0');
    expect(client.transport.late).toEqual([]);
  });

  it('is free again after UNSUBSCRIBE, for the new destination only [BRK-5]', () => {
    const client = subscriber(new MessageFlow(), '/topic/a');
    client.say('SEND\ndestination:/topic/a\n\n1\0', 'UNSUBSCRIBE\nid:0\n\n\0');
    client.say('SUBSCRIBE\nid:0\ndestination:/topic/b\n\n\0');
    client.say('SEND\ndestination:/topic/a\n\n2\0', 'SEND\ndestination:/topic/b\n\n3\0');
    expect(arrived(client)).toEqual(['0 1', '0 3']);
  });
});

describe('a pattern that a client may not have', () => {
  it.each([
    ['/topic/{x:[}', 'STOMP_ERR_PATTERN_SYNTAX', 1002],
    [`/topic/${'*/'.repeat(17)}`, 'STOMP_ERR_PATTERN_LIMIT', 1008],
  ])('%s ends the session with %s', (destination, code, closeCode) => {
    const flow = new MessageFlow();
    const client = subscriber(flow, destination);
    expect(client.transport.take()[0]).toMatch(new RegExp(`^ERROR\\n[^]*code:${code}\\n`));
    expect(client.transport.closed?.code).toBe(closeCode);
    expect(flow.broker.subscriptionCount).toBe(0);
  });
});
