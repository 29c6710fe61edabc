import { joe } from '../client.js';
import { scenariosFor, type Area, type Step } from '../scenario.js';

const play = scenariosFor('default');

/** Connected and subscribed to everything, the client sends WebSocket messages. */
const watching = (...messages: string[]): Step[] => [
  ...joe.connects(),
  ...joe.subscribes('all', '/topic/**'),
  ...messages.map((data) => joe.sends(data)),
];

export const FRAMING: Area = {
  name: 'Frames and their limits',
  scenarios: [
    play(
      'two frames in one WebSocket message',
      watching('SEND\ndestination:/topic/a\n\n1\0SEND\ndestination:/topic/a\n\n2\0'),
    ),
    play(
      'line ends between frames',
      watching('SEND\ndestination:/topic/a\n\n1\0\n\n\r\nSEND\ndestination:/topic/a\n\n2\0\n'),
    ),
    play('a frame in two WebSocket messages', watching('SEND\ndestination:/top', 'ic/a\n\nhello\0')),
    play(
      'a body in two WebSocket messages',
      watching('SEND\ndestination:/topic/a\ncontent-length:5\n\nhe', 'llo\0'),
    ),
    play('lines that end in CR LF', watching('SEND\r\ndestination:/topic/a\r\n\r\nhi\0')),
    play('a CR without LF in a header', watching('SEND\ndestination:/topic/a\nfoo:a\rb\n\nhi\0')),
    play(
      'a WebSocket message that ends between CR and LF',
      watching('SEND\ndestination:/topic/a\r', '\n\r\nhi\0'),
    ),
    play(
      'a NUL between frames',
      watching('SEND\ndestination:/topic/a\n\n1\0\0SEND\ndestination:/topic/a\n\n2\0'),
    ),
    play(
      'a good frame and a bad one in one WebSocket message',
      watching('SEND\ndestination:/topic/a\n\n1\0NONSENSE\n\n\0'),
    ),
    play('a command that does not exist', watching('NONSENSE\n\n\0')),
    play('a header without a colon', watching('SEND\ndestination:/topic/a\nfoo\n\nhi\0')),
    play('a header without a name', watching('SEND\ndestination:/topic/a\n:bar\n\nhi\0')),
    play('a header without a value', watching('SEND\ndestination:/topic/a\nfoo:\n\nhi\0')),
    play('spaces around a header', watching('SEND\ndestination:/topic/a\n foo : bar \n\nhi\0')),
    play('every escape of 1.2', watching('SEND\ndestination:/topic/a\nfoo:a\\cb\\nc\\\\d\\re\n\nhi\0')),
    play('an escape in the name of a header', watching('SEND\ndestination:/topic/a\nf\\coo:bar\n\nhi\0')),
    play('an escape that does not exist', watching('SEND\ndestination:/topic/a\nfoo:a\\tb\n\nhi\0')),
    play('a backslash at the end of a value', watching('SEND\ndestination:/topic/a\nfoo:a\\\n\nhi\0')),
    play('an escaped destination', watching('SEND\ndestination:/topic/a\\cb\n\nhi\0')),
    play('colons in a value', watching('SEND\ndestination:/topic/a\nfoo:a:b:c\n\nhi\0')),
    play('a header that comes twice', watching('SEND\ndestination:/topic/a\nfoo:1\nfoo:2\n\nhi\0')),
    play('destination twice', watching('SEND\ndestination:/topic/a\ndestination:/topic/b\n\nhi\0')),
    play('Destination with a capital letter', watching('SEND\nDestination:/topic/a\n\nhi\0')),
    play(
      'a body with NUL and content-length',
      watching('SEND\ndestination:/topic/a\ncontent-length:3\n\na\0b\0'),
    ),
    play(
      'a content-length that is too short',
      watching('SEND\ndestination:/topic/a\ncontent-length:1\n\nhi\0'),
    ),
    play('a negative content-length', watching('SEND\ndestination:/topic/a\ncontent-length:-1\n\nhi\0')),
    play('a content-length of letters', watching('SEND\ndestination:/topic/a\ncontent-length:abc\n\nhi\0')),
    play('an empty body', watching('SEND\ndestination:/topic/a\n\n\0')),
    play('a body in UTF-8', watching('SEND\ndestination:/topic/a\n\ngrüß dich €\0')),
    play('a header in UTF-8', watching('SEND\ndestination:/topic/a\nfoo:grüß dich €\n\nhi\0')),
    play('a body on SUBSCRIBE', watching('SUBSCRIBE\nid:x\ndestination:/topic/x\n\nbody\0')),
    play('a body on UNSUBSCRIBE', watching('UNSUBSCRIBE\nid:all\n\nbody\0')),
    play('a content-type that is none', watching('SEND\ndestination:/topic/a\ncontent-type:nope\n\nhi\0')),
    play(
      'a content-type in mixed case',
      watching('SEND\ndestination:/topic/a\ncontent-type:Text/Plain;charset=UTF-8\n\nhi\0'),
    ),
    play('a frame as a binary WebSocket message', [
      ...watching(),
      joe.sendsOctets('SEND\ndestination:/topic/a\n\nhi\0'),
    ]),
    play(
      'a body of application/octet-stream',
      watching('SEND\ndestination:/topic/a\ncontent-type:application/octet-stream\n\nhi\0'),
    ),
    play(
      'an empty body of application/octet-stream',
      watching('SEND\ndestination:/topic/a\ncontent-type:application/octet-stream\n\n\0'),
    ),
    play('a body of 30 000 octets', watching(`SEND\ndestination:/topic/a\n\n${'x'.repeat(30_000)}\0`)),
    play(
      'MESSAGE from a client',
      watching('MESSAGE\ndestination:/topic/a\nsubscription:x\nmessage-id:1\n\nhi\0'),
    ),
    play('CONNECTED from a client', watching('CONNECTED\nversion:1.2\n\n\0')),
    play('RECEIPT from a client', watching('RECEIPT\nreceipt-id:1\n\n\0')),
    play('ERROR from a client', watching('ERROR\nmessage:no\n\n\0')),
    play('heart-beats between frames', watching('\n', 'SEND\ndestination:/topic/a\n\nhi\0', '\n')),
    play('a heart-beat header on SEND', watching('SEND\ndestination:/topic/a\nheart-beat:a\n\nhi\0')),
    play('a session of 1.0 gets a colon in a value', [
      joe.opens(),
      joe.sends('CONNECT\naccept-version:1.0\n\n\0'),
      joe.awaits(1),
      ...joe.subscribes('s', '/topic/a'),
      joe.sends('SEND\ndestination:/topic/a\nfoo:a:b\n\nhi\0'),
    ]),
    play('a session of 1.1 gets a colon in a value', [
      joe.opens(),
      joe.sends('CONNECT\naccept-version:1.1\n\n\0'),
      joe.awaits(1),
      ...joe.subscribes('s', '/topic/a'),
      joe.sends('SEND\ndestination:/topic/a\nfoo:a\\cb\n\nhi\0'),
    ]),
    {
      ...play('a body above the limit', [
        ...joe.connects(),
        joe.sends(`SEND\ndestination:/topic/a\n\n${'x'.repeat(2000)}\0`),
      ]),
      variant: 'limits',
    },
    {
      ...play('a body below the limit', [
        ...joe.connects(),
        ...joe.subscribes('s', '/topic/a'),
        joe.sends(`SEND\ndestination:/topic/a\n\n${'x'.repeat(500)}\0`),
      ]),
      variant: 'limits',
    },
  ],
};
