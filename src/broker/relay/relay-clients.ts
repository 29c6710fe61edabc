/** What a relay needs of those who hold the clients. */
export interface RelayClients {
  /** Octets that wait for a client. */
  waitingBytesOf(sessionId: string): number;
  /** Ends a session with an ERROR. */
  fail(sessionId: string, error: Error): void;
}
