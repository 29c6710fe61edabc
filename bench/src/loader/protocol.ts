import type { Way } from './audience.js';
import type { DialectName } from './dialects/dialects.js';
import type { FanOutLoad } from './measure-fan-out.js';
import type { LatencyLoad } from './measure-latency.js';
import type { RoundTripLoad } from './measure-round-trips.js';

/** The server a task is about. */
export interface ServerAddress {
  readonly port: number;
  readonly pid: number;
  readonly dialect: DialectName;
  /** Ports of more nodes of the same broker: subscribers are dealt out to all of them, and the publisher is at `port`. */
  readonly otherPorts?: readonly number[];
  /** More processes whose CPU counts: those nodes, and what is between them. */
  readonly otherPids?: readonly number[];
}

/** What the loading process can be told to do. Sessions are kept from one task to the next until `close`. */
export type LoaderTask =
  | {
      readonly kind: 'gather';
      readonly server: ServerAddress;
      readonly subscribers: number;
      readonly ids: 'same' | 'different';
      readonly way: Way;
      readonly isOrdered: boolean;
    }
  | { readonly kind: 'fan-out'; readonly load: FanOutLoad }
  | { readonly kind: 'latency'; readonly load: LatencyLoad }
  | { readonly kind: 'round-trips'; readonly server: ServerAddress; readonly load: RoundTripLoad }
  | { readonly kind: 'connects'; readonly server: ServerAddress; readonly sessions: number }
  | {
      readonly kind: 'open-idle';
      readonly server: ServerAddress;
      readonly sessions: number;
      readonly heartBeatMs: number;
    }
  | { readonly kind: 'idle'; readonly heartBeatMs: number; readonly measureMs: number }
  | { readonly kind: 'close' };

/** The answer to a task. */
export type LoaderAnswer =
  { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly error: string };
