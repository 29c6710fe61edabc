import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { StompStats } from '../module/stomp-stats.js';

/**
 * For health checks by `@nestjs/terminus`: up while clients are let in and the broker takes messages, with the number of
 * sessions and subscriptions. With `simpleBroker.cluster` it says as well whether the other nodes are reached, and stays up when they are
 * not: this one still serves its clients, and to stop it would help nobody. {@link isClusterHealthy} is down then. Put it among the providers of the module that imports `TerminusModule`.
 *
 * @publicApi
 */
@Injectable()
export class StompHealthIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly stats: StompStats,
  ) {}

  /** @param key what the result is called @default 'stomp' */
  isHealthy<const Key extends string = 'stomp'>(key: Key = 'stomp' as Key): HealthIndicatorResult<Key> {
    const indicator = this.indicators.check(key);
    const { isAccepting, isBrokerAvailable, sessions, subscriptions, cluster } = this.stats.snapshot();
    const data = {
      sessions: sessions.current,
      subscriptions,
      ...(cluster && { cluster: cluster.isAvailable ? 'available' : 'away', nodes: cluster.nodes }),
    };
    if (!isBrokerAvailable) return indicator.down({ ...data, message: 'The broker takes no messages' });
    if (!isAccepting) return indicator.down({ ...data, message: 'The application takes no clients' });
    return indicator.up(data);
  }

  /**
   * Up while the other nodes of `simpleBroker.cluster` are reached: for an alarm, not for a probe that ends the process.
   *
   * @param key what the result is called @default 'stompCluster'
   */
  isClusterHealthy<const Key extends string = 'stompCluster'>(
    key: Key = 'stompCluster' as Key,
  ): HealthIndicatorResult<Key> {
    const indicator = this.indicators.check(key);
    const { cluster } = this.stats.snapshot();
    if (cluster === undefined) return indicator.down({ message: 'There is no simpleBroker.cluster' });
    const { isAvailable, nodes, losses, messages } = cluster;
    const data = { nodes, losses, dropped: messages.dropped };
    return isAvailable
      ? indicator.up(data)
      : indicator.down({ ...data, message: 'The other nodes are not reached' });
  }
}
