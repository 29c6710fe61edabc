/** A configuration of both applications: `spring/` and `nest/` know the same ones. */
export const VARIANTS = [
  'default',
  'dots',
  'fast-heartbeats',
  'heartbeats',
  'interceptors',
  'limits',
  'prefixes',
  'security',
  'selectors',
] as const;

export type Variant = (typeof VARIANTS)[number];

/** What a scenario does next. Plain data: a transcript keeps it beside what was received. */
export type Step =
  | {
      readonly does: 'open';
      readonly client: string;
      /** Path and query. */
      readonly target: string;
      readonly protocols?: readonly string[];
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** A WebSocket message; each character of a binary one is an octet. */
  | { readonly does: 'send'; readonly client: string; readonly data: string; readonly binary?: true }
  /** Until the client has received so many WebSocket messages more, or its connection has ended. */
  | { readonly does: 'await'; readonly client: string; readonly messages: number }
  /** Until the server is done with what the client sent, and the client has what the server sent. */
  | { readonly does: 'settle'; readonly client: string }
  /** Sends again and again, until the one answer holds the text. Only the last answer is kept. */
  | { readonly does: 'poll'; readonly client: string; readonly data: string; readonly until: string }
  /** Ends the connection without DISCONNECT. */
  | { readonly does: 'close'; readonly client: string }
  | { readonly does: 'awaitClose'; readonly client: string }
  /** An HTTP request. */
  | {
      readonly does: 'request';
      readonly method: string;
      readonly target: string;
      readonly headers: Readonly<Record<string, string>>;
    };

export interface Scenario {
  /** No other scenario of its area has it. */
  readonly title: string;
  readonly variant: Variant;
  readonly steps: readonly Step[];
}

/** What an area of behaviour is called in the table, and its scenarios. */
export interface Area {
  readonly name: string;
  readonly scenarios: readonly Scenario[];
}

export type Play = (title: string, ...steps: readonly (Step | readonly Step[])[]) => Scenario;

/** Makes scenarios for a variant. */
export function scenariosFor(variant: Variant): Play {
  return (title, ...steps) => ({ title, variant, steps: steps.flat() });
}
