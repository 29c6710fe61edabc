/** What has been counted of a cluster since the start of the application. */
export class ClusterCounters {
  /** Messages given to the bus. */
  published = 0;
  /** Messages of other nodes that were delivered here. */
  received = 0;
  /** Messages that no other node gets, because the bus was away or did not keep up. */
  dropped = 0;
  /** Packets that could not be read, or came from a node that does not belong here. */
  unreadable = 0;
  /** Times that the bus was lost. */
  losses = 0;
}
