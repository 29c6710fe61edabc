import { describe, expect, it } from '@jest/globals';
import { profileNameOf, type BrokerProfileName } from '../../../../src/broker/relay/broker-profile.js';
import { dotted, undotted } from '../../../../src/broker/relay/destination-words.js';
import { profileFor } from '../../../../src/broker/relay/profile-for.js';

const keep = { mapping: 'keep', queueArguments: { 'x-expires': '1000' } } as const;
const dots = { mapping: 'dots', queueArguments: {} } as const;
const SESSION = '0f8fad5b-d9cb-469f-a165-70867728950e';

describe('a broker’s name', () => {
  it.each([
    ['RabbitMQ/3.10.8', 'rabbitmq'],
    ['ActiveMQ/5.17.2', 'activemq'],
    ['ActiveMQ-Artemis/2.40.0 ActiveMQ Artemis Messaging Engine', 'artemis'],
    ['Else/1', 'generic'],
    ['', 'generic'],
  ])('%j is %s', (server, name) => {
    expect(profileNameOf(server)).toBe(name);
  });
});

describe('what a destination is called at the broker', () => {
  it.each<[BrokerProfileName, string, string, string]>([
    ['rabbitmq', '/topic/a/b', '/topic/a%2Fb', '/topic/a.b'],
    ['rabbitmq', '/topic/a.b', '/topic/a.b', '/topic/a%2Eb'],
    ['rabbitmq', '/exchange/x/a/b', '/exchange/x/a%2Fb', '/exchange/x/a.b'],
    ['rabbitmq', '/topic/a/**', '/topic/a%2F**', '/topic/a.#'],
    ['activemq', '/topic/a/**', '/topic/a/**', '/topic/a.>'],
    ['activemq', '/queue/a/b%', '/queue/a/b%', '/queue/a.b%25'],
    ['artemis', '/topic/**', '/topic/**', '/topic/#'],
    ['generic', '/topic/a/b', '/topic/a/b', '/topic/a/b'],
  ])('%s %s', (name, destination, kept, mapped) => {
    expect(profileFor(name, keep).toBroker(destination)).toBe(kept);
    expect(profileFor(name, dots).toBroker(destination)).toBe(mapped);
  });

  it.each(['a/b.c%d%2Ee', '%2F', '...', '///', '%%25'])('comes back from dots as %j', (name) => {
    expect(undotted(dotted(name))).toBe(name);
    expect(dotted(name)).not.toContain('/');
  });

  it('is for each user destination of each session another, that none of them may name', () => {
    for (const name of ['activemq', 'artemis', 'generic'] as const) {
      const profile = profileFor(name, keep);
      const names = new Set(
        ['/queue/a', '/queue/b', '/queue/a/b', '/queue/a.b'].flatMap((target) => [
          profile.privateDestination(target, SESSION),
          profile.privateDestination(target, SESSION.replace('0', '1')),
        ]),
      );
      expect(names.size).toBe(8);
      for (const privateName of names) expect(profile.objection(privateName, 'subscribe')).toBeDefined();
    }
  });
});

describe('what a broker takes for a pattern', () => {
  it.each<[BrokerProfileName, string, boolean, boolean]>([
    ['rabbitmq', '/topic/a.*', true, false],
    ['rabbitmq', '/topic/a#b', false, false],
    ['rabbitmq', '/queue/a.#', false, false],
    ['activemq', '/topic/>', true, true],
    ['activemq', '/topic/a.>', true, false],
    ['artemis', '/topic/*.x', true, true],
    ['artemis', '/topic/a.#', true, false],
    ['generic', '/topic/a*', true, true],
  ])('%s %s', (name, destination, isPattern, mayMatchPrivate) => {
    const profile = profileFor(name, keep);
    expect(profile.isPattern(destination)).toBe(isPattern);
    if (isPattern) expect(profile.mayMatchPrivate(destination)).toBe(mayMatchPrivate);
  });
});

describe('a destination without a name', () => {
  it.each(['/topic/', '/topic', '/queue/', '/amq/queue/', '/amq/queue', '/exchange/', '/exchange//key'])(
    'is none for RabbitMQ: %s',
    (destination) => {
      for (const settings of [keep, dots]) {
        expect(profileFor('rabbitmq', settings).objection(destination, 'send')).toBe(
          'The destination has no name behind its prefix',
        );
      }
    },
  );

  it.each(['/topic/a', '/topic//', '/amq/queue/a', '/exchange/amq.fanout', '/exchange/amq.topic/a'])(
    'is not what RabbitMQ takes: %s',
    (destination) => {
      expect(profileFor('rabbitmq', keep).objection(destination, 'send')).toBeUndefined();
    },
  );
});

describe('what is said with a frame', () => {
  it('are RabbitMQ’s arguments of queues, and how much may be unacknowledged', () => {
    const profile = profileFor('rabbitmq', keep);
    expect(profile.sendHeaders('/queue/a')).toEqual([['x-expires', '1000']]);
    expect(profile.sendHeaders('/topic/a')).toEqual([]);
    expect(profile.subscribeHeaders({ destination: '/queue/a', acknowledges: true, prefetch: 5 })).toEqual([
      ['x-expires', '1000'],
      ['prefetch-count', '5'],
    ]);
  });

  it('is, to Artemis, whether it is a queue or a topic', () => {
    const profile = profileFor('artemis', keep);
    expect(profile.sendHeaders('/queue/a')).toEqual([['destination-type', 'ANYCAST']]);
    expect(profile.sendHeaders('/other')).toEqual([]);
    const wish = { destination: '/topic/a', acknowledges: false, prefetch: 1 };
    expect(profile.subscribeHeaders(wish)).toEqual([['subscription-type', 'MULTICAST']]);
  });

  it('tells an operator what a prefix leaves behind', () => {
    expect(profileFor('rabbitmq', dots).remarkOn('/queue')).toContain('brokerRelay.queueArguments');
    expect(profileFor('rabbitmq', keep).remarkOn('/queue')).toBeUndefined();
    expect(profileFor('rabbitmq', keep).remarkOn('/price')).toContain('RabbitMQ knows no destinations');
    expect(profileFor('activemq', keep).remarkOn('/price')).toContain('neither for a topic nor for a queue');
  });
});
