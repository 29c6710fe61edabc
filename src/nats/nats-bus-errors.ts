import { isNativeError } from 'node:util/types';
import { ClusterBusError } from '../broker/cluster/cluster-bus.js';
import { isTlsFailure } from '../broker/tls-failure.js';

const CREDENTIALS =
  'Correct the options user and pass, token or authenticator of NatsClusterBus; the client does not read them from an address.';

/** Nothing, or not NATS, is at the address. */
export function unreachable(name: string, cause: unknown): ClusterBusError {
  const text = isTlsFailure(cause)
    ? `TLS with ${name} failed: ${whatItSays(cause)}. Say whom to trust in the option tls of NatsClusterBus ({ ca }), or correct servers.`
    : `${name} cannot be reached: ${whatItSays(cause)}. Start it there, or correct the option servers of NatsClusterBus.`;
  return new ClusterBusError('STOMP_CLUSTER_UNREACHABLE', text, { cause });
}

/** NATS has answered that it does not want us. */
export function refusedAtTheDoor(name: string, cause: Error, isAboutCredentials: boolean): ClusterBusError {
  const remedy = isAboutCredentials ? CREDENTIALS : 'Its configuration says why.';
  return new ClusterBusError(
    'STOMP_CLUSTER_REFUSED',
    `${name} does not let this node in: ${whatItSays(cause)}. ${remedy}`,
    { cause },
  );
}

/** NATS has let us in and does not let us do what we need. */
export function refused(name: string, subject: string, cause: Error): ClusterBusError {
  const namespace = subject.split('.', 1)[0] ?? '';
  return new ClusterBusError(
    'STOMP_CLUSTER_REFUSED',
    `${name} refuses this node: ${whatItSays(cause)}. Let its user publish and subscribe on ${namespace}.>`,
    { cause },
  );
}

/** It was there, and is gone. */
export function lost(name: string, why: string, cause?: unknown): ClusterBusError {
  return new ClusterBusError('STOMP_CLUSTER_LOST', `The connection to ${name} is lost: ${why}.`, { cause });
}

/** What an error says, to stand within a sentence. */
export function whatItSays(error: unknown): string {
  const text = isNativeError(error) ? error.message || error.name : String(error);
  return text.replace(/\.$/, '');
}
