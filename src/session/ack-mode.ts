/** How a client acknowledges what a subscription gets (STOMP 1.2, SUBSCRIBE). */
export type SubscriptionAckMode = 'auto' | 'client' | 'client-individual';

const MODES: ReadonlySet<string> = new Set<SubscriptionAckMode>(['auto', 'client', 'client-individual']);

/** @returns `undefined` for what is no mode; a SUBSCRIBE that does not say has `auto` */
export function ackModeOf(header: string | undefined): SubscriptionAckMode | undefined {
  if (header === undefined) return 'auto';
  return MODES.has(header) ? (header as SubscriptionAckMode) : undefined;
}

/**
 * How many unacknowledged messages a client wants to be sent at most.
 *
 * @returns `undefined` when it does not say, or not as a whole number from 1
 */
export function prefetchOf(header: string | undefined): number | undefined {
  return header !== undefined && /^[1-9]\d{0,8}$/.test(header) ? Number(header) : undefined;
}
