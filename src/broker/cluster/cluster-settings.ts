import type { ClusterBus } from './cluster-bus.js';
import type { ClusterLinkSettings } from './cluster-link.js';
import type { ClusterOutboxSettings } from './cluster-outbox.js';

/** How a node takes part in a cluster. */
export interface ClusterSettings extends ClusterLinkSettings, ClusterOutboxSettings {
  readonly bus: ClusterBus;
  /** Clusters with different ones never meet. */
  readonly namespace: string;
  /** What the node calls itself, for people. */
  readonly name: string;
  /** Whether the boot fails when the bus is not available. */
  readonly failFast: boolean;
  /** How long another node may be silent before it counts as dead. */
  readonly nodeTimeoutMs: number;
  /** How long this node listens to what its last subscriber has left. */
  readonly lingerMs: number;
}
