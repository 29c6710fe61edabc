import { ann, bob, joe } from '../client.js';
import { scenariosFor, type Area, type Step } from '../scenario.js';

const play = scenariosFor('default');

const replied = (destination: string, queue: string): Step[] => [
  ...joe.connects({ user: 'joe' }),
  ...joe.subscribes('q', queue),
  joe.publishes(`/app${destination}`, 'hi'),
];

/** Two sessions of `joe` and one of `ann`, all subscribed to the same queue of theirs. */
const threeSessions: Step[] = [
  ...joe.connects({ user: 'joe' }),
  ...bob.connects({ user: 'joe' }),
  ...ann.connects({ user: 'ann' }),
  ...joe.subscribes('j', '/user/queue/reply'),
  ...bob.subscribes('b', '/user/queue/reply'),
  ...ann.subscribes('a', '/user/queue/reply'),
];

export const USERS: Area = {
  name: 'User destinations',
  scenarios: [
    play('@SendToUser', replied('/user-reply/named', '/user/queue/reply')),
    play(
      '@SendToUser without a destination',
      replied('/user-reply/default', '/user/queue/user-reply/default'),
    ),
    play('@SendToUser with a variable', replied('/user-reply/room/red', '/user/queue/rooms/red')),
    play('@SendToUser of an object', replied('/user-reply/object', '/user/queue/reply')),
    play('@SendToUser several destinations', [
      ...joe.connects({ user: 'joe' }),
      ...joe.subscribes('1', '/user/queue/one'),
      ...joe.subscribes('2', '/user/queue/two'),
      joe.publishes('/app/user-reply/many', 'hi'),
    ]),
    play('@SendToUser of the class', replied('/class-send-to-user/plain', '/user/queue/of-the-class')),
    play('@SendToUser of the method beside @SendTo of the class', [
      ...joe.connects({ user: 'joe' }),
      ...joe.subscribes('t', '/topic/**'),
      ...joe.subscribes('q', '/user/queue/of-the-method'),
      joe.publishes('/app/class-send-to/user', 'hi'),
    ]),
    play('@SendTo of the method beside @SendToUser of the class', [
      ...joe.connects({ user: 'joe' }),
      ...joe.subscribes('t', '/topic/**'),
      ...joe.subscribes('q', '/user/queue/of-the-class'),
      joe.publishes('/app/class-send-to-user/topic', 'hi'),
    ]),
    play('@SendToUser and @SendTo on one method', [
      ...joe.connects({ user: 'joe' }),
      ...joe.subscribes('t', '/topic/both'),
      ...joe.subscribes('q', '/user/queue/both'),
      joe.publishes('/app/result/user-and-topic', 'hi'),
    ]),
    play('@SendToUser reaches all sessions of the user', [
      ...threeSessions,
      joe.publishes('/app/user-reply/named', 'hi'),
    ]),
    play('@SendToUser with broadcast false reaches one', [
      ...threeSessions,
      joe.publishes('/app/user-reply/one-session', 'hi'),
    ]),
    play('@SendToUser to an anonymous session', [
      ...joe.connects(),
      ...ann.connects(),
      ...joe.subscribes('j', '/user/queue/reply'),
      ...ann.subscribes('a', '/user/queue/reply'),
      joe.publishes('/app/user-reply/named', 'hi'),
    ]),
    play('SEND to somebody else', [
      ...joe.connects({ user: 'joe' }),
      ...ann.connects({ user: 'ann' }),
      ...joe.subscribes('q', '/user/queue/chat'),
      ann.publishes('/user/joe/queue/chat', 'hi', 'foo:bar\n'),
      ann.settles(),
    ]),
    play('SEND to all sessions of somebody else', [
      ...threeSessions,
      ann.publishes('/user/joe/queue/reply', 'hi'),
    ]),
    play('SEND to oneself', [...threeSessions, joe.publishes('/user/joe/queue/reply', 'hi')]),
    play('SEND to somebody who is not there', [
      ...joe.connects({ user: 'joe' }),
      joe.publishes('/user/nobody/queue/chat', 'hi'),
    ]),
    play('SEND to somebody who has not subscribed', [
      ...joe.connects({ user: 'joe' }),
      ...ann.connects({ user: 'ann' }),
      ann.publishes('/user/joe/queue/chat', 'hi'),
      ann.settles(),
    ]),
    play('SEND to /user/queue/x names a user queue', [
      ...joe.connects({ user: 'joe' }),
      ...joe.subscribes('q', '/user/queue/x'),
      joe.publishes('/user/queue/x', 'hi'),
    ]),
    play('SEND to a user without a destination', [
      ...joe.connects({ user: 'joe' }),
      joe.publishes('/user/joe', 'hi'),
    ]),
    play('UNSUBSCRIBE by id', [
      ...joe.connects({ user: 'joe' }),
      ...joe.subscribes('q', '/user/queue/reply'),
      ...joe.unsubscribes('q'),
      joe.publishes('/app/user-reply/named', 'hi'),
    ]),
    play('UNSUBSCRIBE with its destination', [
      ...joe.connects({ user: 'joe' }),
      ...joe.subscribes('q', '/user/queue/reply'),
      joe.sends('UNSUBSCRIBE\nid:q\ndestination:/user/queue/reply\n\n\0'),
      joe.settles(),
      joe.publishes('/app/user-reply/named', 'hi'),
    ]),
    play('a name with a slash', [
      ...joe.connects({ user: 'a/b' }),
      ...joe.subscribes('q', '/user/queue/reply'),
      joe.publishes('/app/user-reply/named', 'hi'),
    ]),
    play('SEND to a name with a slash', [
      ...joe.connects({ user: 'a/b' }),
      ...ann.connects({ user: 'ann' }),
      ...joe.subscribes('q', '/user/queue/chat'),
      ann.publishes('/user/a%2Fb/queue/chat', 'hi'),
      ann.settles(),
    ]),
    play('a name that is an address of mail', [
      ...joe.connects({ user: 'joe@example.com' }),
      ...ann.connects({ user: 'ann' }),
      ...joe.subscribes('q', '/user/queue/chat'),
      ann.publishes('/user/joe@example.com/queue/chat', 'hi'),
      ann.settles(),
    ]),
    play('a topic of a user', [
      ...joe.connects({ user: 'joe' }),
      ...ann.connects({ user: 'ann' }),
      ...joe.subscribes('t', '/user/topic/news'),
      ann.publishes('/user/joe/topic/news', 'hi'),
      ann.settles(),
    ]),
    play('a wildcard of somebody else over all queues', [
      ...joe.connects({ user: 'joe' }),
      ...ann.connects({ user: 'ann' }),
      ...joe.subscribes('q', '/user/queue/reply'),
      ...ann.subscribes('spy', '/queue/**'),
      joe.publishes('/app/user-reply/named', 'secret'),
      joe.settles(),
    ]),
    play('a wildcard of one’s own', replied('/user-reply/named', '/user/queue/*')),
    play('a wildcard of one’s own over several segments', replied('/user-reply/named', '/user/queue/**')),
    play('SUBSCRIBE with the name of the user', replied('/user-reply/named', '/user/joe/queue/reply')),
    play(
      'SUBSCRIBE outside of the prefixes of the broker',
      replied('/user-reply/named', '/user/elsewhere/reply'),
    ),
    play('SEND of an anonymous session', [
      ...joe.connects({ user: 'joe' }),
      ...ann.connects(),
      ...joe.subscribes('q', '/user/queue/chat'),
      ann.publishes('/user/joe/queue/chat', 'hi'),
      ann.settles(),
    ]),
    play('a name with a space', [
      ...joe.connects({ user: 'joe b' }),
      ...joe.subscribes('q', '/user/queue/chat'),
      joe.publishes('/user/joe b/queue/chat', 'hi'),
    ]),
    play('a queue of the same name is not the private one', [
      ...joe.connects({ user: 'joe' }),
      ...joe.subscribes('private', '/user/queue/reply'),
      ...joe.subscribes('public', '/queue/reply'),
      joe.publishes('/queue/reply', 'hi'),
    ]),
  ],
};

/** The client asks a method to send by the template. */
const sent = (kind: string, subscription: string, headers: string): Step[] => [
  ...joe.connects({ user: 'joe' }),
  ...joe.subscribes('s', subscription),
  joe.publishes(`/app/template/${kind}`, 'hi', headers),
];

export const TEMPLATE: Area = {
  name: 'SimpMessagingTemplate',
  scenarios: [
    play('convertAndSend a text', sent('text', '/topic/a', 'to:/topic/a\n')),
    play('convertAndSend an object', sent('object', '/topic/a', 'to:/topic/a\n')),
    play('convertAndSend bytes', sent('bytes', '/topic/a', 'to:/topic/a\n')),
    play('convertAndSend with headers', sent('headers', '/topic/a', 'to:/topic/a\n')),
    play(
      'convertAndSend with a content type of an own converter',
      sent('reversed', '/topic/a', 'to:/topic/a\n'),
    ),
    play('convertAndSend to nobody', sent('text', '/topic/a', 'to:/topic/b\n')),
    play('convertAndSend to a pattern', sent('text', '/topic/**', 'to:/topic/a/b\n')),
    play('convertAndSend to /user/{name}', sent('text', '/user/queue/a', 'to:/user/joe/queue/a\n')),
    play('convertAndSendToUser', sent('user', '/user/queue/a', 'user:joe\nto:/queue/a\n')),
    play('convertAndSendToUser without a slash', sent('user', '/user/queue/a', 'user:joe\nto:queue/a\n')),
    play(
      'convertAndSendToUser with headers',
      sent('user-headers', '/user/queue/a', 'user:joe\nto:/queue/a\n'),
    ),
    play('convertAndSendToUser to nobody', sent('user', '/user/queue/a', 'user:nobody\nto:/queue/a\n')),
    play('convertAndSendToUser reaches all sessions', [
      ...threeSessions,
      ann.publishes('/app/template/user', 'hi', 'user:joe\nto:/queue/reply\n'),
    ]),
    play('convertAndSendToUser with a slash in the name', [
      ...joe.connects({ user: 'a/b' }),
      ...joe.subscribes('q', '/user/queue/a'),
      joe.publishes('/app/template/user', 'hi', 'user:a/b\nto:/queue/a\n'),
    ]),
  ],
};

export const OBSERVATION: Area = {
  name: 'User registry and events',
  scenarios: [
    play('a user is known once connected', [
      ...joe.connects({ user: 'reg-1' }),
      ...joe.subscribes('o', '/app/observe/user/reg-1'),
    ]),
    play('a user who is not there', [
      ...joe.connects({ user: 'reg-2' }),
      ...joe.subscribes('o', '/app/observe/user/reg-x'),
    ]),
    play('two sessions of a user', [
      ...joe.connects({ user: 'reg-3' }),
      ...bob.connects({ user: 'reg-3' }),
      ...joe.subscribes('o', '/app/observe/user/reg-3'),
    ]),
    play('one of two sessions ends', [
      ...joe.connects({ user: 'reg-4' }),
      ...bob.connects({ user: 'reg-4' }),
      bob.closes(),
      joe.polls('/app/observe/user/reg-4', '["reg-4",1]'),
    ]),
    play('the last session ends', [
      ...joe.connects({ user: 'reg-5' }),
      ...ann.connects({ user: 'reg-6' }),
      joe.closes(),
      ann.polls('/app/observe/user/reg-5', 'nobody'),
    ]),
    play('subscriptions of a user, as the client wrote them', [
      ...joe.connects({ user: 'reg-7' }),
      ...joe.subscribes('1', '/topic/b'),
      ...joe.subscribes('2', '/user/queue/a'),
      ...joe.subscribes('3', '/topic/a'),
      ...joe.subscribes('o', '/app/observe/subscriptions/reg-7'),
    ]),
    play('an UNSUBSCRIBE leaves the registry', [
      ...joe.connects({ user: 'reg-8' }),
      ...joe.subscribes('1', '/topic/b'),
      ...joe.unsubscribes('1'),
      ...joe.subscribes('o', '/app/observe/subscriptions/reg-8'),
    ]),
    play('the subscribers of a destination', [
      ...joe.connects({ user: 'reg-9' }),
      ...ann.connects({ user: 'reg-10' }),
      ...joe.subscribes('1', '/topic/observed'),
      ...ann.subscribes('1', '/topic/observed'),
      ...joe.subscribes('o', '/app/observe/subscribers'),
    ]),
    play('events of a connection', [
      ...joe.connects({ user: 'ev-1' }),
      ...ann.connects({ user: 'ev-2' }),
      ann.polls('/app/observe/events/ev-1', 'SessionConnectedEvent'),
    ]),
    play('events of a subscription', [
      ...ann.connects({ user: 'ev-4' }),
      ...joe.connects({ user: 'ev-3' }),
      joe.sends('SUBSCRIBE\nid:s\ndestination:/topic/a\n\n\0UNSUBSCRIBE\nid:s\n\n\0'),
      ann.polls('/app/observe/events/ev-3', 'SessionUnsubscribeEvent'),
    ]),
    play('the event of a connection that ends', [
      ...ann.connects({ user: 'ev-6' }),
      ...joe.connects({ user: 'ev-5' }),
      joe.closes(),
      ann.polls('/app/observe/events/ev-5', 'SessionDisconnectEvent'),
    ]),
    play('the event of a DISCONNECT comes with the end of the connection', [
      ...ann.connects({ user: 'ev-8' }),
      ...joe.connects({ user: 'ev-7' }),
      joe.sends('DISCONNECT\nreceipt:bye\n\n\0'),
      joe.awaits(1),
      joe.closes(),
      ann.polls('/app/observe/events/ev-7', 'SessionDisconnectEvent'),
    ]),
  ],
};
