import { isNativeError } from 'node:util/types';
import { ClusterBusError } from '../broker/cluster/cluster-bus.js';
import { isTlsFailure } from '../broker/tls-failure.js';

/** How the answer begins when a user or its password is the reason, or both are missing. */
const CREDENTIALS = /WRONGPASS|NOAUTH|AUTH failed|called without any password|no password is set/;
/** Answers of a Redis that will do it later. */
const PASSING = /^(LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|OOM|READONLY) /;
const ELSEWHERE = 'Its configuration or its state is the reason, not ours.';
const COMMANDS = '+hello +publish +subscribe +unsubscribe +psubscribe +punsubscribe';

/**
 * Whether an error is an answer of Redis, and not one on the way to it. Answers begin with a word in capitals (RESP §Simple
 * errors), errors of Node have a code, and what the client makes up itself begins like a sentence. The client has a class for
 * them as well, but its version 5 keeps that to itself.
 */
export function isAnswer(error: unknown): error is Error {
  return isNativeError(error) && !('code' in error) && /^[A-Z]{2,} /.test(error.message);
}

/** Whether Redis has answered that our user may not do that. */
export function isDenied(error: unknown): boolean {
  return isAnswer(error) && error.message.startsWith('NOPERM');
}

/** Nothing, or not Redis, is at the address. */
export function unreachable(name: string, why: string, cause?: unknown): ClusterBusError {
  const text = isTlsFailure(cause)
    ? `TLS with ${name} failed: ${why}. Say whom to trust in the option client of RedisClusterBus ({ socket: { tls: true, ca } }), ` +
      'or correct its option url: rediss:// is with TLS, redis:// without.'
    : `${name} cannot be reached: ${why}. Start it there, or correct the option url of RedisClusterBus.`;
  return new ClusterBusError('STOMP_CLUSTER_UNREACHABLE', text, { cause });
}

/** Redis has answered that it does not want us. */
export function refusedAtTheDoor(name: string, cause: Error): ClusterBusError {
  let remedy = ELSEWHERE;
  if (isDenied(cause)) remedy = `Its user needs the rules ${COMMANDS}.`;
  if (CREDENTIALS.test(cause.message)) {
    remedy =
      'Correct user and password in the option url of RedisClusterBus (redis://user:password@host:6379) or in its option client.';
  }
  // HELLO explains at length how to write a client; other commands are answered like this.
  const answer = cause.message.startsWith('NOAUTH') ? 'NOAUTH Authentication required' : cause.message;
  return new ClusterBusError(
    'STOMP_CLUSTER_REFUSED',
    `${name} does not let this node in: ${sentence(answer)} ${remedy}`,
    { cause },
  );
}

/** Redis has let us in and does not do what we ask: for want of a right, or because it cannot now. */
export function refused(name: string, command: string, address: string, cause: Error): ClusterBusError {
  if (PASSING.test(cause.message)) return lost(name, `it answers ${command} with ${cause.message}`, cause);
  if (!isDenied(cause)) {
    const text = `${name} refuses ${command}: ${sentence(cause.message)} ${ELSEWHERE}`;
    return new ClusterBusError('STOMP_CLUSTER_REFUSED', text, { cause });
  }
  const channels = `&${address.split('.', 1)[0] ?? ''}.*`;
  return new ClusterBusError(
    'STOMP_CLUSTER_REFUSED',
    `${name} refuses ${command} ${address}: ${sentence(cause.message)} ` +
      `Its user needs the rules ${channels} ${COMMANDS} (ACL SETUSER).`,
    { cause },
  );
}

/** It was there, and is gone. */
export function lost(name: string, why: string, cause?: unknown): ClusterBusError {
  return new ClusterBusError('STOMP_CLUSTER_LOST', `The connection to ${name} is lost: ${sentence(why)}`, {
    cause,
  });
}

/** What an error says; of several addresses that were tried in vain, Node tells only by a code. */
export function whatItSays(error: unknown): string {
  if (!isNativeError(error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return error.message || code || error.name;
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}
