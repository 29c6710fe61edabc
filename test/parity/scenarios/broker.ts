import { ann, joe } from '../client.js';
import { scenariosFor, type Area, type Step } from '../scenario.js';

const play = scenariosFor('default');

/** Subscribed to one destination, a message is sent to another. */
const pattern = (subscription: string, destination: string): Step[] => [
  ...joe.connects(),
  ...joe.subscribes('s', subscription),
  joe.publishes(destination, 'hi'),
];

const withHeaders = (headers: string): Step[] => [
  ...joe.connects(),
  ...joe.subscribes('s', '/topic/a'),
  joe.publishes('/topic/a', 'hi', headers),
];

export const BROKER: Area = {
  name: 'The simple broker',
  scenarios: [
    play('a message to oneself', pattern('/topic/a', '/topic/a')),
    play('a message to somebody else', [
      ...joe.connects(),
      ...ann.connects(),
      ...joe.subscribes('j', '/topic/a'),
      ann.publishes('/topic/a', 'hi'),
      ann.settles(),
    ]),
    play('a message to two', [
      ...joe.connects(),
      ...ann.connects(),
      ...joe.subscribes('j', '/topic/a'),
      ...ann.subscribes('a', '/topic/a'),
      ann.publishes('/topic/a', 'hi'),
    ]),
    play('/queue is a topic like any other', [
      ...joe.connects(),
      ...ann.connects(),
      ...joe.subscribes('j', '/queue/a'),
      ...ann.subscribes('a', '/queue/a'),
      ann.publishes('/queue/a', 'hi'),
    ]),
    play('another destination', pattern('/topic/a', '/topic/b')),
    play('what was published before is not delivered', [
      ...joe.connects(),
      joe.publishes('/topic/a', 'early'),
      ...joe.subscribes('s', '/topic/a'),
    ]),
    play('UNSUBSCRIBE', [
      ...joe.connects(),
      ...joe.subscribes('s', '/topic/a'),
      ...joe.unsubscribes('s'),
      joe.publishes('/topic/a', 'hi'),
    ]),
    play('UNSUBSCRIBE leaves other subscriptions alone', [
      ...joe.connects(),
      ...joe.subscribes('s', '/topic/a'),
      ...joe.subscribes('t', '/topic/a'),
      ...joe.unsubscribes('s'),
      joe.publishes('/topic/a', 'hi'),
    ]),
    play('UNSUBSCRIBE with an id that nobody knows', [...joe.connects(), ...joe.unsubscribes('nobody')]),
    play('UNSUBSCRIBE with an id that nobody knows, with a receipt', [
      ...joe.connects(),
      joe.sends('UNSUBSCRIBE\nid:nobody\nreceipt:r-4\n\n\0'),
    ]),
    play('UNSUBSCRIBE without id', [...joe.connects(), joe.sends('UNSUBSCRIBE\ndestination:/topic/a\n\n\0')]),
    play('SUBSCRIBE without id', [
      ...joe.connects(),
      joe.sends('SUBSCRIBE\ndestination:/topic/a\n\n\0'),
      joe.publishes('/topic/a', 'hi'),
    ]),
    play('SUBSCRIBE without destination', [...joe.connects(), joe.sends('SUBSCRIBE\nid:s\n\n\0')]),
    play('SUBSCRIBE with an id in use', [
      ...joe.connects(),
      ...joe.subscribes('s', '/topic/a'),
      ...joe.subscribes('s', '/topic/b'),
      joe.publishes('/topic/a', 'a'),
    ]),
    play('SUBSCRIBE outside of the prefixes', pattern('/elsewhere/a', '/elsewhere/a')),
    play('SEND without destination', [...joe.connects(), joe.sends('SEND\n\nhi\0')]),
    play('SEND to nobody', [...joe.connects(), joe.publishes('/topic/nobody', 'hi')]),
    play('SEND outside of the prefixes', [...joe.connects(), joe.publishes('/elsewhere/a', 'hi')]),
    play('SEND to a destination without a slash', [...joe.connects(), joe.publishes('topic/a', 'hi')]),
    play('the pattern * takes one segment', pattern('/topic/*', '/topic/a')),
    play('the pattern * does not take two segments', pattern('/topic/*', '/topic/a/b')),
    play('the pattern ** takes several segments', pattern('/topic/**', '/topic/a/b/c')),
    play('the pattern ** takes none', pattern('/topic/a/**', '/topic/a')),
    play('the pattern ? takes one character', pattern('/topic/a?', '/topic/ab')),
    play('the pattern ? does not take none', pattern('/topic/a?', '/topic/a')),
    play('a pattern within a segment', pattern('/topic/price.*', '/topic/price.stock.nest')),
    play('a pattern with a variable', pattern('/topic/{x}', '/topic/a')),
    play('a pattern with a regular expression that fits', pattern('/topic/{x:[0-9]+}', '/topic/17')),
    play('a pattern with a regular expression that does not fit', pattern('/topic/{x:[0-9]+}', '/topic/a')),
    play('a pattern with ** in the middle', pattern('/topic/**/z', '/topic/a/b/z')),
    play('a pattern with a broken regular expression', pattern('/topic/{x:[}', '/topic/a')),
    play('a slash at the end of the subscription counts', pattern('/topic/a/', '/topic/a')),
    play('a slash at the end of the destination counts', pattern('/topic/a', '/topic/a/')),
    play('capital letters count', pattern('/topic/a', '/topic/A')),
    play('SEND to a destination that looks like a pattern', [
      ...joe.connects(),
      ...joe.subscribes('s', '/topic/a'),
      joe.publishes('/topic/*', 'hi'),
    ]),
    play('SEND to a destination that looks like the subscribed pattern', pattern('/topic/*', '/topic/*')),
    play('/topics lies below the prefix /topic', pattern('/topics/a', '/topics/a')),
    play('headers of the sender travel in their order', withHeaders('z:1\ncontent-type:text/plain\na:2\n')),
    play('a priority header travels', withHeaders('priority:9\npersistent:true\n')),
    play('an id header travels', withHeaders('id:17\n')),
    play('a message-id of the sender', withHeaders('message-id:mine\n')),
    play('a subscription header of the sender', withHeaders('subscription:evil\n')),
    play('an ack header of the sender', withHeaders('ack:mine\n')),
    play('a simpOrigDestination header of the sender', withHeaders('simpOrigDestination:/user/queue/bank\n')),
    play('a transaction header without BEGIN', withHeaders('transaction:t\n')),
    play(
      'content-type with parameters travels',
      withHeaders('content-type:application/json;charset=UTF-8;v=1\n'),
    ),
    play('SEND with a receipt', withHeaders('receipt:r-1\n')),
    play('SUBSCRIBE with a receipt', [
      ...joe.connects(),
      ...joe.subscribes('s', '/topic/a', 'receipt:r-2\n'),
    ]),
    play('UNSUBSCRIBE with a receipt', [
      ...joe.connects(),
      ...joe.subscribes('s', '/topic/a'),
      joe.sends('UNSUBSCRIBE\nid:s\nreceipt:r-3\n\n\0'),
    ]),
    play('SUBSCRIBE with ack:client', [
      ...joe.connects(),
      ...joe.subscribes('s', '/topic/a', 'ack:client\n'),
      joe.publishes('/topic/a', 'hi'),
    ]),
    play('SUBSCRIBE with an ack mode that does not exist', [
      ...joe.connects(),
      ...joe.subscribes('s', '/topic/a', 'ack:never\n'),
    ]),
    play('ACK of nothing', [...joe.connects(), joe.sends('ACK\nid:1\n\n\0')]),
    play('NACK of nothing', [...joe.connects(), joe.sends('NACK\nid:1\n\n\0')]),
    play('a transaction that is committed', [
      ...joe.connects(),
      ...joe.subscribes('s', '/topic/a'),
      joe.sends('BEGIN\ntransaction:t\n\n\0'),
      joe.publishes('/topic/a', 'one', 'transaction:t\n'),
      joe.sends('COMMIT\ntransaction:t\n\n\0'),
    ]),
    play('a transaction that is aborted', [
      ...joe.connects(),
      ...joe.subscribes('s', '/topic/a'),
      joe.sends('BEGIN\ntransaction:t\n\n\0'),
      joe.publishes('/topic/a', 'one', 'transaction:t\n'),
      joe.sends('ABORT\ntransaction:t\n\n\0'),
    ]),
    play('COMMIT of nothing', [...joe.connects(), joe.sends('COMMIT\ntransaction:t\n\n\0')]),
    play('a selector where none is configured', [
      ...joe.connects(),
      ...joe.subscribes('s', '/topic/a', "selector:kind = 'x'\n"),
      joe.publishes('/topic/a', 'hi', 'kind:y\n'),
    ]),
    play('the subscriptions of a connection end with it', [
      ...joe.connects(),
      ...ann.connects(),
      ...joe.subscribes('s', '/topic/a'),
      joe.closes(),
      ann.publishes('/topic/a', 'hi'),
      ...ann.subscribes('s', '/topic/a'),
      ann.publishes('/topic/a', 'again'),
    ]),
    play('ten messages in order', [
      ...joe.connects(),
      ...joe.subscribes('s', '/topic/a'),
      ...Array.from({ length: 10 }, (_, index) => joe.publishes('/topic/a', String(index))),
    ]),
  ],
};
