import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { StompStats } from '../module/stomp-stats.js';

/**
 * For health checks by `@nestjs/terminus`: up while clients are let in and the broker takes messages, with the number of
 * sessions and subscriptions. Put it among the providers of the module that imports `TerminusModule`.
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
    const { isAccepting, isBrokerAvailable, sessions, subscriptions } = this.stats.snapshot();
    const data = { sessions: sessions.current, subscriptions };
    if (!isBrokerAvailable) return indicator.down({ ...data, message: 'The broker takes no messages' });
    if (!isAccepting) return indicator.down({ ...data, message: 'The application takes no clients' });
    return indicator.up(data);
  }
}
