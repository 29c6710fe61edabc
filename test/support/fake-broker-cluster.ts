import type { BrokerCluster } from '../../src/broker/broker-cluster.js';
import { ClusterError } from '../../src/broker/cluster/cluster-error.js';
import type { Message } from '../../src/messaging/message.js';
import { Deferred } from './deferred.js';

/** The other nodes as the simple broker sees them; what they answer is the test's. */
export class FakeBrokerCluster implements BrokerCluster {
  /** What subscriptions listen to, by session and id. */
  readonly interest = new Map<string, string>();
  readonly published: string[] = [];
  /** What a subscription waits for, if it has to. */
  elsewhere: Deferred | undefined;
  readonly flushed = new Deferred();
  willLeave = true;
  limitBytes = Infinity;

  subscribed(sessionId: string, subscriptionId: string, destination: string): Promise<void> | undefined {
    this.interest.set(`${sessionId} ${subscriptionId}`, destination);
    return this.elsewhere?.promise;
  }

  subscribedForUser(sessionId: string, subscriptionId: string, user: string): Promise<void> | undefined {
    return this.subscribed(sessionId, subscriptionId, `user ${user}`);
  }

  unsubscribed(sessionId: string, subscriptionId: string): void {
    this.interest.delete(`${sessionId} ${subscriptionId}`);
  }

  sessionEnded(sessionId: string): void {
    for (const key of this.interest.keys()) if (key.startsWith(`${sessionId} `)) this.interest.delete(key);
  }

  requireSendable({ payload }: Message<Uint8Array>): void {
    if (payload.length > this.limitBytes) throw ClusterError.tooLarge(payload.length, this.limitBytes);
  }

  publish({ payload, headers }: Message<Uint8Array>): boolean {
    this.published.push(`${headers.simpDestination} ${Buffer.from(payload).toString()}`);
    return this.willLeave;
  }

  confirmed(): Promise<void> {
    return this.flushed.promise;
  }

  get destinations(): string[] {
    return [...this.interest.values()];
  }
}
