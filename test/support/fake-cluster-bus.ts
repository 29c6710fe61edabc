import type {
  ClusterBus,
  ClusterBusConnection,
  ClusterBusListener,
} from '../../src/broker/cluster/cluster-bus.js';
import { Deferred } from './deferred.js';
import { FakeClusterConnection } from './fake-cluster-connection.js';

/** An attempt to connect that the test decides. */
export class FakeAttempt {
  readonly connection = new FakeClusterConnection();
  readonly #done = new Deferred<ClusterBusConnection>();

  constructor(readonly listener: ClusterBusListener) {}

  get promise(): Promise<ClusterBusConnection> {
    return this.#done.promise;
  }

  succeed(): FakeClusterConnection {
    this.#done.resolve(this.connection);
    return this.connection;
  }

  fail(error: Error): void {
    this.#done.reject(error);
  }
}

/** A bus of which the test sees every attempt. */
export class FakeClusterBus implements ClusterBus {
  readonly name = 'the bus';
  readonly attempts: FakeAttempt[] = [];

  connect(listener: ClusterBusListener): Promise<ClusterBusConnection> {
    const attempt = new FakeAttempt(listener);
    this.attempts.push(attempt);
    return attempt.promise;
  }

  get last(): FakeAttempt {
    const attempt = this.attempts.at(-1);
    if (attempt === undefined) throw new Error('Nobody has tried to connect');
    return attempt;
  }
}
