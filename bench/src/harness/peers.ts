import type { DialectName } from '../loader/dialects/dialects.js';
import type { Peer } from './peer.js';
import { RABBITMQ } from './rabbitmq-peer.js';
import { startNodeServer } from './server-process.js';
import { SPRING } from './spring-peer.js';

function nodePeer(
  name: string,
  title: string,
  dialect: DialectName,
  handlers: Peer['handlers'],
  environment?: NodeJS.ProcessEnv,
): Peer {
  return {
    name,
    title,
    dialect,
    handlers,
    missing: () => undefined,
    start: () => startNodeServer(`${name === 'ours' || name === 'base' ? 'ours' : name}.js`, environment),
  };
}

/** Another build of the project, measured as `base`. */
export function otherBuild(dist: string, title: string): Peer {
  return nodePeer('base', title, 'stomp', 'enhanced', { STOMP_BENCH_DIST: dist });
}

/** All servers, in the order of the tables. */
export const PEERS: readonly Peer[] = [
  nodePeer('ours', 'nestjs-stomp', 'stomp', 'enhanced'),
  nodePeer('raw', 'raw limit', 'raw', 'plain'),
  nodePeer('ws', '`ws` by hand', 'json', 'plain'),
  nodePeer('nest-ws', 'Nest `WsAdapter`', 'json', 'enhanced'),
  nodePeer('socket-io', 'socket.io', 'socket.io', 'plain'),
  nodePeer('nest-socket-io', 'Nest `IoAdapter`', 'socket.io', 'enhanced'),
  nodePeer('stomp-broker-js', 'stomp-broker-js', 'stomp-broker-js', 'none'),
  SPRING,
  RABBITMQ,
];
