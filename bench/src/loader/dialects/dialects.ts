import type { Dialect } from './dialect.js';
import { JsonDialect } from './json-dialect.js';
import { RawDialect } from './raw-dialect.js';
import { SocketIoDialect } from './socket-io-dialect.js';
import { StompDialect } from './stomp-dialect.js';

/** Every way in which a server of the benchmark is spoken to. */
export const DIALECTS = {
  raw: new RawDialect(),
  json: new JsonDialect(),
  'socket.io': new SocketIoDialect(),
  stomp: new StompDialect({ path: '/stomp', hasHandlers: true }),
  'stomp-broker-js': new StompDialect({ path: '/stomp', versions: '1.1', hasHandlers: false }),
  rabbitmq: new StompDialect({
    path: '/ws',
    credentials: 'login:guest\npasscode:guest\n',
    hasHandlers: false,
    endsInLine: true,
  }),
} as const satisfies Record<string, Dialect>;

/** The name of a dialect. */
export type DialectName = keyof typeof DIALECTS;
