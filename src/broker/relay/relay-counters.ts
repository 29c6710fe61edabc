/** What is counted of a relay. Plain numbers, so that counting costs nothing worth measuring. */
export class RelayCounters {
  /** Connections of clients, their own or shared, that the broker has let in. */
  connectionsOpened = 0;
  /** Of those, which broke off, or which the broker ended. */
  connectionsLost = 0;
  /** Connections that were not made: refused, or nobody there. */
  connectionsFailed = 0;
  /** Sessions that were connected again after a loss. */
  sessionsRestored = 0;
  /** MESSAGE frames of the broker for clients. */
  messagesIn = 0;
  /** SEND frames to the broker, of clients and of the application. */
  messagesOut = 0;
  /** ERROR frames of the broker. */
  errors = 0;
}
