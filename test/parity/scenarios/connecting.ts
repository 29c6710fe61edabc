import { ann, joe } from '../client.js';
import { scenariosFor, type Area } from '../scenario.js';

const play = scenariosFor('default');

/** Opens a connection, sends one thing, and sees what comes of it. */
const first = (data: string): ReturnType<typeof joe.sends>[] => [joe.opens(), joe.sends(data), joe.settles()];

const connectsWith = (headers: string): ReturnType<typeof first> => first(`CONNECT\n${headers}\n\0`);

export const CONNECTING: Area = {
  name: 'CONNECT and versions',
  scenarios: [
    play('CONNECT that accepts 1.2', connectsWith('accept-version:1.2\n')),
    play('CONNECT that accepts 1.1', connectsWith('accept-version:1.1\n')),
    play('CONNECT that accepts 1.0', connectsWith('accept-version:1.0\n')),
    play('CONNECT that accepts all three versions', connectsWith('accept-version:1.0,1.1,1.2\n')),
    play('CONNECT that accepts 1.1 and 1.0, the better first', connectsWith('accept-version:1.1,1.0\n')),
    play('CONNECT that accepts versions with a space between', connectsWith('accept-version:1.2, 1.1\n')),
    play('CONNECT with a space before its only version', connectsWith('accept-version: 1.2\n')),
    play('CONNECT without accept-version', connectsWith('host:example.com\n')),
    play('CONNECT that accepts 2.0 only', connectsWith('accept-version:2.0\n')),
    play('STOMP in place of CONNECT', first('STOMP\naccept-version:1.2\n\n\0')),
    play(
      'CONNECT with login, passcode and host',
      connectsWith('accept-version:1.2\nlogin:joe\npasscode:s\nhost:x\n'),
    ),
    play('CONNECT with a receipt', connectsWith('accept-version:1.2\nreceipt:c-1\n')),
    play('CONNECT with heart-beat 0,0', connectsWith('accept-version:1.2\nheart-beat:0,0\n')),
    play(
      'CONNECT with heart-beats where the server has none',
      connectsWith('accept-version:1.2\nheart-beat:5000,5000\n'),
    ),
    play('CONNECT with a heart-beat of letters', connectsWith('accept-version:1.2\nheart-beat:a,b\n')),
    play('CONNECT with a heart-beat of one number', connectsWith('accept-version:1.2\nheart-beat:5\n')),
    play(
      'CONNECT with a space in its heart-beat',
      connectsWith('accept-version:1.2\nheart-beat:1000, 1000\n'),
    ),
    play(
      'CONNECT with a backslash, which is no escape there',
      connectsWith('accept-version:1.2\nlogin:a\\tb\n'),
    ),
    play('CONNECT with a header without a colon', connectsWith('accept-version:1.2\nhost\n')),
    play('CONNECT with a body', first('CONNECT\naccept-version:1.2\n\nbody\0')),
    play('CONNECT in lower case', first('connect\naccept-version:1.2\n\n\0')),
    play('CONNECT with lines that end in CR LF', first('CONNECT\r\naccept-version:1.2\r\n\r\n\0')),
    play('CONNECT as a binary WebSocket message', [
      joe.opens(),
      joe.sendsOctets('CONNECT\naccept-version:1.2\n\n\0'),
      joe.settles(),
    ]),
    play('CONNECT of a user whom the handshake named', joe.connects({ user: 'joe' })),
    play('CONNECT of a user with a colon in the name', joe.connects({ user: 'a:b' })),
    play('a second CONNECT', joe.connects(), joe.sends('CONNECT\naccept-version:1.2\n\n\0')),
    play('SEND before CONNECT', first('SEND\ndestination:/topic/a\n\nhi\0')),
    play('SUBSCRIBE before CONNECT', first('SUBSCRIBE\nid:s\ndestination:/topic/a\n\n\0')),
    play('DISCONNECT before CONNECT', first('DISCONNECT\n\n\0')),
    play('a heart-beat before CONNECT', first('\n')),
    play('sub-protocol v12.stomp', [
      joe.opens({ protocols: ['v12.stomp'] }),
      joe.sends('CONNECT\naccept-version:1.2\n\n\0'),
      joe.awaits(1),
    ]),
    play('sub-protocols in the order of the client', [joe.opens({ protocols: ['v10.stomp', 'v12.stomp'] })]),
    play('a sub-protocol of 1.0 and a CONNECT of 1.2', [
      joe.opens({ protocols: ['v10.stomp'] }),
      joe.sends('CONNECT\naccept-version:1.2\n\n\0'),
      joe.awaits(1),
    ]),
    play('DISCONNECT with a receipt', joe.connects(), joe.sends('DISCONNECT\nreceipt:bye\n\n\0')),
    play('DISCONNECT without a receipt', joe.connects(), joe.sends('DISCONNECT\n\n\0'), joe.isClosed()),
    play(
      'what is published after DISCONNECT does not come any more',
      joe.connects(),
      ann.connects(),
      joe.subscribes('s', '/topic/a'),
      joe.sends('DISCONNECT\nreceipt:bye\n\n\0'),
      joe.settles(),
      ann.publishes('/topic/a', 'hi'),
    ),
    play('CONNECT with accept-version twice', connectsWith('accept-version:1.1\naccept-version:1.2\n')),
    play('CONNECT with negative heart-beats', connectsWith('accept-version:1.2\nheart-beat:-1,-1\n')),
    play('CONNECT behind a line end', first('\nCONNECT\naccept-version:1.2\n\n\0')),
    play(
      'CONNECT, SUBSCRIBE and SEND in one WebSocket message',
      first(
        'CONNECT\naccept-version:1.2\n\n\0SUBSCRIBE\nid:s\ndestination:/topic/a\n\n\0' +
          'SEND\ndestination:/topic/a\n\nhi\0',
      ),
    ),
    play('CONNECT of a user with a backslash in the name', joe.connects({ user: 'a\\b' })),
    play('a heart-beat after CONNECT', joe.connects(), joe.sends('\n')),
  ],
};
