import type { TimerWheel } from '../../session/timer-wheel.js';
import { BrokerConnection, type BrokerConnectionListener } from './broker-connection.js';
import type { BrokerAddress } from './broker-target.js';
import { ConnectionQueue } from './connection-queue.js';
import type { BrokerRelaySettings } from './relay-settings.js';

/** Makes a connection, in its turn. */
export type Connect = (listener: BrokerConnectionListener) => { readonly cancel: () => void };

/** Makes the connections of a relay beside its system connection, to the broker that this one has found. */
export class RelayConnections {
  /** With the login of clients. */
  readonly client: Connect;
  /** With the login of the application. */
  readonly system: Connect;

  constructor(
    private readonly settings: BrokerRelaySettings,
    private readonly wheel: TimerWheel,
    private readonly address: () => BrokerAddress,
  ) {
    this.client = this.#queue('client', settings.maxConnecting);
    this.system = this.#queue('system', 1);
  }

  #queue(role: 'client' | 'system', limit: number): Connect {
    const queue = new ConnectionQueue((listener) => {
      const { connection, [role]: credentials } = this.settings;
      const target = { ...connection, role, address: this.address(), credentials };
      return new BrokerConnection(target, this.wheel, listener);
    }, limit);
    return (listener) => queue.connect(listener);
  }
}
