import { addedLatency } from './added-latency.js';
import type { ClusterScenario } from './cluster-scenario.js';
import { growth } from './growth.js';
import { remoteUsers } from './remote-users.js';
import { twoNodes } from './two-nodes.js';

/** All of them, in the order in which they run. */
export const CLUSTER_SCENARIOS: readonly ClusterScenario[] = [twoNodes, addedLatency, growth, remoteUsers];
