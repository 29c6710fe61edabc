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

declare module 'stomp-broker-js/lib/stomp-utils.js' {
  const stompUtils: { parseFrame(chunk: Buffer): object };
  export default stompUtils;
}

declare module 'stomp-broker-js/lib/frame.js' {
  interface Parts {
    readonly command: string;
    readonly headers: object;
    readonly body: string;
  }

  const Frame: new (parts: Parts) => { toStringOrBuffer(): string };
  export default Frame;
}
