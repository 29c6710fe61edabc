/** The part of `stomp-broker-js` that is used; it brings no types. */
declare module 'stomp-broker-js' {
  import type { Server } from 'node:http';

  interface Options {
    readonly server: Server;
    readonly path: string;
    readonly heartbeat: readonly [number, number];
  }

  const StompServer: new (options: Options) => object;
  export default StompServer;
}
