/** What one folder of src may import: other rooms of src, and packages by their root. `node:` is open to every room. */
export interface Room {
  readonly knows: readonly string[];
  readonly packages: readonly string[];
}

/** The peer dependencies by their roots; a deep path would bind us to one major version of Nest. */
const NEST = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/platform-ws',
  '@nestjs/websockets',
  'reflect-metadata',
  'rxjs',
];

/** The rooms of src/README.md from the foundations up. A new folder of src needs a row here. */
export const ROOMS: Readonly<Record<string, Room>> = {
  protocol: { knows: [], packages: [] },
  messaging: { knows: [], packages: [] },
  session: { knows: ['messaging', 'protocol'], packages: [] },
  user: { knows: ['messaging', 'session'], packages: [] },
  broker: { knows: ['messaging', 'protocol', 'session'], packages: [] },
  security: { knows: ['messaging'], packages: [] },
  websocket: { knows: ['messaging', 'protocol', 'session'], packages: [...NEST, 'ws'] },
  annotation: { knows: ['messaging'], packages: NEST },
  module: {
    knows: ['annotation', 'broker', 'messaging', 'protocol', 'security', 'session', 'user', 'websocket'],
    packages: NEST,
  },
  testing: {
    knows: [
      'annotation',
      'broker',
      'messaging',
      'module',
      'protocol',
      'security',
      'session',
      'user',
      'websocket',
    ],
    packages: NEST,
  },
  metrics: { knows: ['annotation', 'module'], packages: [...NEST, 'prom-client'] },
  health: { knows: ['module'], packages: [...NEST, '@nestjs/terminus'] },
  tracing: { knows: ['annotation', 'messaging', 'module'], packages: [...NEST, '@opentelemetry/api'] },
  redis: { knows: ['broker'], packages: ['redis'] },
  nats: { knows: ['broker'], packages: ['@nats-io/transport-node'] },
  ipc: { knows: ['broker'], packages: [] },
};

/** The package's front door, the one file that stands in no room: it re-exports rooms and does nothing else. */
export const FRONT_DOOR = 'src/index.ts';

/** Folders of the repository that no import in src spells out, src itself among them. */
export const NEVER_SPELLED = ['bench', 'dist', 'docs', 'sample', 'src', 'test'];
