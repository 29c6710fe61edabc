import { ann, joe } from '../client.js';
import { scenariosFor, type Area, type Step } from '../scenario.js';

const play = scenariosFor('default');

/** Connected as `joe` and subscribed to every topic, the client sends to an annotated method. */
const asked = (destination: string, body = 'hi', headers = ''): Step[] => [
  ...joe.connects({ user: 'joe' }),
  ...joe.subscribes('all', '/topic/**'),
  joe.publishes(`/app${destination}`, body, headers),
];

export const MAPPINGS: Area = {
  name: '@MessageMapping',
  scenarios: [
    play('the result of a method goes to /topic and its path', asked('/echo')),
    play('a method that does not exist', asked('/nothing/there')),
    play('a slash too many at the end', asked('/echo/')),
    play('a capital letter', asked('/Echo')),
    play('the first of two mappings', asked('/first')),
    play('the second of two mappings', asked('/second')),
    play('a mapping without a slash in front', asked('/no-slash')),
    play('an exact mapping before all patterns', asked('/specific/exact')),
    play('? before *', asked('/specific/exacX')),
    play('* within a segment before a variable', asked('/specific/exotic')),
    play('a variable before **', asked('/specific/other')),
    play('** for several segments', asked('/specific/a/b')),
    play('** for none', asked('/specific')),
    play('the longer of two mappings with ** at the end', asked('/rank/deep/x')),
    play('the shorter of two mappings with ** at the end, elsewhere', asked('/rank/flat/x')),
    play('one star before two variables, though it is shorter', asked('/rank/x1-2')),
    play('a variable before a star', asked('/rank/only/x')),
    play('a variable takes dots', asked('/specific/a.b')),
    play('two variables in a segment', asked('/parts/1-2')),
    play('two variables in a segment, greedily', asked('/parts/1-2-3')),
    play('a regular expression that fits', asked('/digits/17')),
    play('a regular expression that does not fit', asked('/digits/x')),
    play('* for a whole segment', asked('/star/x/end')),
    play('two variables', asked('/two/a/and/b')),
    play('separators in a row', asked('/two//a/and/b')),
    play('a mapping of the class and of the method', asked('/type/x/method')),
    play('a mapping of the class alone', asked('/type/x')),
    play('a SEND to a method for subscriptions', asked('/init')),
    play('a SEND to a method that exists for both', asked('/both')),
    play('headers of the request are not in the answer', asked('/echo', 'hi', 'foo:bar\nreceipt-not:x\n')),
    play('SEND to a method with a receipt', asked('/echo', 'hi', 'receipt:r-1\n')),
    play(
      'SEND to a method that does not exist, with a receipt',
      asked('/nothing/there', 'hi', 'receipt:r-1\n'),
    ),
    play('a destination that only begins like the prefix', [
      ...joe.connects(),
      ...joe.subscribes('all', '/topic/**'),
      joe.publishes('/apps/echo', 'hi'),
    ]),
    play('the prefix alone', [
      ...joe.connects(),
      ...joe.subscribes('all', '/topic/**'),
      joe.publishes('/app', 'hi'),
    ]),
    play('a variable with the code of a slash', asked('/specific/a%2Fb')),
    play('a variable with umlauts and spaces', asked('/specific/grüß dich')),
    play('MESSAGE from a client to a method', [
      ...asked('/first'),
      joe.sends('MESSAGE\ndestination:/app/second\n\nhi\0'),
    ]),
  ],
};

const result = (destination: string): Step[] => [
  ...joe.connects({ user: 'joe' }),
  ...joe.subscribes('all', '/topic/**'),
  ...joe.subscribes('queues', '/queue/**'),
  joe.publishes(`/app${destination}`, 'hi'),
];

export const RESULTS: Area = {
  name: 'Results, @SendTo',
  scenarios: [
    play('nothing', result('/result/nothing')),
    play('null', result('/result/null')),
    play('an empty text', result('/result/empty')),
    play('a text in UTF-8', result('/result/unicode')),
    play('a number', result('/result/number')),
    play('a boolean', result('/result/boolean')),
    play('an object', result('/result/object')),
    play('a list', result('/result/list')),
    play('bytes', result('/result/bytes')),
    play('a promise', [...result('/result/future'), joe.awaits(1)]),
    play('a promise of nothing', result('/result/future-null')),
    play('@SendTo', result('/result/send-to')),
    play('@SendTo several destinations', result('/result/send-to-many')),
    play('@SendTo without a destination', result('/result/send-to-default')),
    play('@SendTo with a variable', result('/result/send-to/red')),
    play('@SendTo with a variable that looks like a pattern', result('/result/send-to/*')),
    play('@SendTo with a variable that looks like a placeholder', result('/result/send-to/{room}')),
    play('@SendTo outside of the prefixes', result('/result/send-to-nowhere')),
    play('@SendTo of the class', result('/class-send-to/plain')),
    play('@SendTo of the method before that of the class', result('/class-send-to/named')),
    play(
      '@SendTo of the method without a destination takes that of the class',
      result('/class-send-to/unnamed'),
    ),
  ],
};

export const ARGUMENTS: Area = {
  name: 'Arguments',
  scenarios: [
    play('@Header', asked('/args/header', 'hi', 'foo:bar\n')),
    play('@Header that is missing', asked('/args/header')),
    play('@Header that is empty', asked('/args/header', 'hi', 'foo:\n')),
    play('@Header that comes twice', asked('/args/header', 'hi', 'foo:1\nfoo:2\n')),
    play('@Header with a default, missing', asked('/args/header-default')),
    play('@Header with a default, empty', asked('/args/header-default', 'hi', 'foo:\n')),
    play('@Header with a default, there', asked('/args/header-default', 'hi', 'foo:bar\n')),
    play('@Header that is not required, missing', asked('/args/header-optional')),
    play('@Header that is not required, there', asked('/args/header-optional', 'hi', 'foo:bar\n')),
    play('@Header as a number', asked('/args/header-number', 'hi', 'foo:41\n')),
    play('@Header as a number that is none', asked('/args/header-number', 'hi', 'foo:x\n')),
    play('@Header of the server', asked('/args/header-destination')),
    play('@Header content-type', asked('/args/header-content-type', 'hi', 'content-type:text/plain\n')),
    play(
      '@Header of the server, which the client forges',
      asked('/args/header-destination', 'hi', 'simpDestination:/evil\n'),
    ),
    play('@Header with escapes', asked('/args/header', 'hi', 'foo:a\\cb\\nc\n')),
    play('@Headers', asked('/args/headers')),
    play('Principal', asked('/args/principal')),
    play('Principal of nobody', [
      ...joe.connects(),
      ...joe.subscribes('all', '/topic/**'),
      joe.publishes('/app/args/principal', 'hi'),
    ]),
    play('@DestinationVariable as a number', asked('/args/variable/41')),
    play('@DestinationVariable as a number that is none', asked('/args/variable/x')),
    play('the whole message', asked('/args/message', 'hi', 'foo:1\nfoo:2\n')),
    play('session attributes', [
      ...asked('/args/attributes'),
      joe.publishes('/app/args/attributes', 'again'),
    ]),
    play('session attributes of the handshake', [
      ...joe.connects({ path: '/intercepted?attribute=blue' }),
      ...joe.subscribes('all', '/topic/**'),
      joe.publishes('/app/args/attribute-of-handshake', 'hi'),
    ]),
  ],
};

export const PAYLOADS: Area = {
  name: 'Payloads and their conversion',
  scenarios: [
    play('text without content-type', asked('/payload/text')),
    play('text as text/plain', asked('/payload/text', 'hi', 'content-type:text/plain\n')),
    play('text of blanks', asked('/payload/text', '  ')),
    play('text that is missing', asked('/payload/text', '')),
    play('text that is missing and not required', asked('/payload/optional', '')),
    play('text that is there and not required', asked('/payload/optional')),
    play('text from a JSON text', asked('/payload/text', '"hi"', 'content-type:application/json\n')),
    play('text from a JSON object', asked('/payload/text', '{"a":1}', 'content-type:application/json\n')),
    play('text from a body that is no JSON', asked('/payload/text', 'hi', 'content-type:application/json\n')),
    play('text from text/html', asked('/payload/text', '<p>', 'content-type:text/html\n')),
    play('text in ISO-8859-1', [
      ...joe.connects(),
      ...joe.subscribes('all', '/topic/**'),
      joe.sendsOctets(
        'SEND\ndestination:/app/payload/text\ncontent-type:text/plain;charset=ISO-8859-1\n\n\xe9\0',
      ),
    ]),
    play('bytes', asked('/payload/bytes', 'four')),
    play('bytes of a JSON body', asked('/payload/bytes', '[1]', 'content-type:application/json\n')),
    play('an object without content-type', asked('/payload/order', '{"item":"tea","quantity":2}')),
    play(
      'an object as JSON',
      asked('/payload/order', '{"item":"tea","quantity":2}', 'content-type:application/json\n'),
    ),
    play(
      'an object as JSON with a charset',
      asked('/payload/order', '{"item":"tea","quantity":2}', 'content-type:application/json;charset=utf-8\n'),
    ),
    play(
      'an object with a property that nobody knows',
      asked('/payload/order', '{"item":"tea","quantity":2,"x":1}'),
    ),
    play(
      'an object from text/plain',
      asked('/payload/order', '{"item":"tea","quantity":2}', 'content-type:text/plain\n'),
    ),
    play('an object from a body that is no JSON', asked('/payload/order', '{"item":')),
    play(
      'an object as a kind of JSON',
      asked('/payload/order', '{"item":"tea","quantity":2}', 'content-type:application/x+json\n'),
    ),
    play(
      'an object as JSON in capital letters',
      asked('/payload/order', '{"item":"tea","quantity":2}', 'content-type:APPLICATION/JSON\n'),
    ),
    play('a number', asked('/payload/number', '41')),
    play('a number that is none', asked('/payload/number', 'tea')),
    play('a list from an object', asked('/payload/list', '{"a":1}')),
    play('a list', asked('/payload/list', '[1,2,3]', 'content-type:application/json\n')),
    play('a map', asked('/payload/map', '{"a":1,"b":[true,null]}', 'content-type:application/json\n')),
    play(
      'an object that is valid',
      asked('/payload/checked', '{"item":"tea","quantity":1}', 'content-type:application/json\n'),
    ),
    play(
      'an object that is not valid',
      asked('/payload/checked', '{"item":"tea","quantity":0}', 'content-type:application/json\n'),
    ),
    play(
      'a media type of an own converter',
      asked('/payload/text', 'abc', 'content-type:application/x-reversed\n'),
    ),
  ],
};

const subscribed = (destination: string, headers = ''): Step[] => [
  ...joe.connects({ user: 'joe' }),
  ...joe.subscribes('all', '/topic/**'),
  ...joe.subscribes('i', `/app${destination}`, headers),
];

export const SUBSCRIPTIONS: Area = {
  name: '@SubscribeMapping',
  scenarios: [
    play('the result goes straight to the subscriber', subscribed('/init')),
    play('a text', subscribed('/init/text')),
    play('nothing', subscribed('/init/nothing')),
    play('a promise', [
      ...joe.connects({ user: 'joe' }),
      joe.sends('SUBSCRIBE\nid:i\ndestination:/app/init/later\n\n\0'),
      joe.awaits(1),
    ]),
    play('a variable', subscribed('/init/of/17')),
    play('a header', subscribed('/init/header', 'since:yesterday\n')),
    play('@SendTo on a method for subscriptions', subscribed('/init/send-to')),
    play('@SendToUser on a method for subscriptions', [
      ...joe.connects({ user: 'joe' }),
      ...joe.subscribes('u', '/user/queue/joined'),
      ...joe.subscribes('i', '/app/init/send-to-user'),
    ]),
    play('a method that exists for both', subscribed('/both')),
    play('a method of a class with a mapping', subscribed('/type/x/snapshot')),
    play('a method for messages is not asked', subscribed('/echo')),
    play('a method that does not exist', subscribed('/nothing/there')),
    play('the broker does not keep the subscription', [
      ...subscribed('/init'),
      joe.publishes('/app/init', 'hi'),
    ]),
    play('UNSUBSCRIBE of it', [...subscribed('/init'), ...joe.unsubscribes('i')]),
    play('twice with the same id', [
      ...subscribed('/init'),
      ...joe.unsubscribes('i'),
      ...joe.subscribes('i', '/app/init'),
    ]),
    play('a slash too many at the end', subscribed('/init/')),
    play('with a receipt', subscribed('/init', 'receipt:r-1\n')),
    play('two ids for the same method', [...subscribed('/init'), ...joe.subscribes('k', '/app/init')]),
    play('a pattern over methods', subscribed('/**')),
    play('without id', [...joe.connects(), joe.sends('SUBSCRIBE\ndestination:/app/init\n\n\0')]),
  ],
};

const failing = (destination: string, headers = ''): Step[] => [
  ...joe.connects({ user: 'joe' }),
  ...joe.subscribes('all', '/topic/**'),
  ...joe.subscribes('errors', '/user/queue/errors'),
  joe.publishes(`/app/fail${destination}`, 'hi', headers),
];

export const FAILURES: Area = {
  name: 'Exceptions',
  scenarios: [
    play('a type that a method is for', failing('/order')),
    play('the closest type', failing('/sold-out')),
    play('the cause', failing('/cause')),
    play('@SendToUser on an exception handler', failing('/private')),
    play('arguments of an exception handler', failing('/context/17', 'foo:bar\n')),
    play('an exception handler without a destination', failing('/default')),
    play('an exception handler that throws itself', failing('/broken-handler')),
    play('an exception handler of an advice', failing('/advised')),
    play('a promise that is rejected', [...failing('/later'), joe.awaits(1)]),
    play('a method for subscriptions that throws', [
      ...joe.connects({ user: 'joe' }),
      ...joe.subscribes('all', '/topic/**'),
      ...joe.subscribes('i', '/app/fail/subscription'),
    ]),
    play('what nobody handles, to one who listens on /user/queue/errors', failing('/unhandled')),
    play('what nobody handles, to one who does not', asked('/fail/unhandled')),
    play('what nobody handles, with a receipt', asked('/fail/unhandled', 'hi', 'receipt:r-1\n')),
    play('what is handled, with a receipt', asked('/fail/order', 'hi', 'receipt:r-1\n')),
    play('@SendToUser on an exception handler, of an anonymous session', [
      ...joe.connects(),
      ...ann.connects(),
      ...joe.subscribes('j', '/user/queue/errors'),
      ...ann.subscribes('a', '/user/queue/errors'),
      joe.publishes('/app/fail/private', 'hi'),
    ]),
    play('@SendToUser on an exception handler, with two sessions of the user', [
      ...joe.connects({ user: 'joe' }),
      ...ann.connects({ user: 'joe' }),
      ...joe.subscribes('j', '/user/queue/errors'),
      ...ann.subscribes('a', '/user/queue/errors'),
      joe.publishes('/app/fail/private', 'hi'),
    ]),
    play('the session lives on', [...failing('/order'), joe.publishes('/app/echo', 'still here')]),
  ],
};
