/** What a hub bears. */
export interface HubLimits {
  readonly maxMessageBytes: number;
  /** What may wait for one node. */
  readonly maxQueueBytes: number;
}
