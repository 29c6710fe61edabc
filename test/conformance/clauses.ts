/** Clauses that belong together, with consecutive numbers. */
export interface ClauseGroup {
  readonly subject: string;
  /** `A`: what STOMP asks of a server and what clients rely on. `D`: hostile and malformed input. */
  readonly letter: 'A' | 'D';
  readonly first: number;
  readonly last: number;
}

/** What a STOMP server has to show. A test names the clauses that it shows in its title, such as `[A12]`. */
export const CLAUSE_GROUPS: readonly ClauseGroup[] = [
  { subject: 'framing and line ends', letter: 'A', first: 1, last: 27 },
  { subject: 'header encoding', letter: 'A', first: 28, last: 47 },
  { subject: 'body, content-length, content-type', letter: 'A', first: 48, last: 66 },
  { subject: 'CONNECT, STOMP, CONNECTED, negotiation', letter: 'A', first: 67, last: 87 },
  { subject: 'heart-beats', letter: 'A', first: 88, last: 104 },
  { subject: 'SEND and MESSAGE', letter: 'A', first: 105, last: 122 },
  { subject: 'SUBSCRIBE and UNSUBSCRIBE', letter: 'A', first: 123, last: 139 },
  { subject: 'ACK and NACK', letter: 'A', first: 140, last: 156 },
  { subject: 'transactions', letter: 'A', first: 157, last: 171 },
  { subject: 'receipts', letter: 'A', first: 172, last: 179 },
  { subject: 'ERROR, DISCONNECT, closing', letter: 'A', first: 180, last: 193 },
  { subject: 'limits and what is left behind', letter: 'A', first: 194, last: 200 },
  { subject: 'hostile framing and headers', letter: 'D', first: 1, last: 24 },
  { subject: 'hostile content-length and bodies', letter: 'D', first: 25, last: 36 },
  { subject: 'hostile sessions', letter: 'D', first: 37, last: 52 },
  { subject: 'hostile SEND, SUBSCRIBE, ACK, transactions', letter: 'D', first: 53, last: 77 },
  { subject: 'hostile heart-beats', letter: 'D', first: 78, last: 86 },
  { subject: 'hostile WebSockets and handshakes', letter: 'D', first: 87, last: 100 },
];

/** Clauses without a test, and why. */
export const EXEMPT: Readonly<Record<string, string>> = {
  A76: 'A server may name itself in CONNECTED; ours does not, as it helps nobody but attackers.',
  A179: 'A RECEIPT within a second: no test asserts how long something took.',
};
