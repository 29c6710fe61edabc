import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { ClusterBus, ClusterBusConnection } from '../../../src/broker/cluster/cluster-bus.js';
import { BusListener, refusal } from './bus-listener.js';
import { until } from '../../support/until.js';

/** A server that can fail. */
export interface FaultyEngine {
  bus(): ClusterBus;
  up(): Promise<void>;
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** What every bus over a server does when that server fails. */
export function describeClusterBusFaults(name: string, startEngine: () => Promise<FaultyEngine>): void {
  describe(`a cluster bus whose server fails: ${name}`, () => {
    let engine: FaultyEngine;
    let listener: BusListener;
    const open: ClusterBusConnection[] = [];

    const connect = async (): Promise<ClusterBusConnection> => {
      listener = new BusListener();
      const connection = await engine.bus().connect(listener);
      open.push(connection);
      return connection;
    };

    beforeAll(async () => {
      engine = await startEngine();
    });

    afterEach(async () => {
      engine.thaw();
      for (const connection of open.splice(0)) await connection.close();
    });

    afterAll(() => engine?.stop());

    it('tells of the loss once, rejects what waits, and drops what is published after', async () => {
      const connection = await connect();
      await connection.subscribe(['faults.killed']);
      engine.freeze();
      connection.publish('faults.killed', Buffer.from('never'));
      const waiting = [
        connection.flush(),
        connection.subscribe(['faults.more', 'faults.*']),
        connection.unsubscribe(['faults.killed']),
      ].map(refusal);
      await engine.kill();
      for (const reason of await Promise.all(waiting))
        expect(reason).toMatch(/^STOMP_CLUSTER_LOST: The connection to /);
      await until('the loss is told', () => listener.losses.length > 0);
      connection.publish('faults.killed', Buffer.from('too late'));
      expect(await refusal(connection.flush())).toMatch(/^STOMP_CLUSTER_LOST/);
      expect(await refusal(connection.subscribe(['faults.late']))).toMatch(/^STOMP_CLUSTER_LOST/);
      expect(connection.pendingBytes).toBe(0);
      await connection.close();
      open.length = 0;
      expect(listener.losses).toHaveLength(1);
      expect(listener.losses[0]).toMatchObject({ name: 'ClusterBusError', code: 'STOMP_CLUSTER_LOST' });
      expect(listener.texts).toEqual([]);
      await engine.up();
    });

    it('is the same bus again when the server is back', async () => {
      const connection = await connect();
      await engine.kill();
      await until('the loss is told', () => listener.losses.length > 0);
      await engine.up();
      const again = await connect();
      await again.subscribe(['faults.again']);
      again.publish('faults.again', Buffer.from('hello'));
      await until('it arrives', () => listener.texts.length > 0);
      expect(listener.texts).toEqual(['hello']);
      await connection.close();
    });

    it('does not say that a frozen server has something, and ends all the same', async () => {
      const connection = await connect();
      await connection.subscribe(['faults.frozen']);
      engine.freeze();
      connection.publish('faults.frozen', Buffer.alloc(1000));
      const flushed = refusal(connection.flush());
      expect(connection.pendingBytes).toBe(1000);
      await connection.close();
      open.length = 0;
      expect(await flushed).toMatch(/^STOMP_CLUSTER_LOST: .* it was closed while it did not answer\.$/);
      expect(listener.losses).toEqual([]);
    });

    it('ends although a frozen server takes no octets any more', async () => {
      const connection = await connect();
      engine.freeze();
      for (let index = 0; index < 32; index++) connection.publish('faults.full', Buffer.alloc(900_000));
      expect(connection.pendingBytes).toBe(32 * 900_000);
      await connection.close();
      open.length = 0;
      expect(connection.pendingBytes).toBe(0);
    });

    it('lives on when its listener throws', async () => {
      const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
      const arrived: string[] = [];
      const connection = await engine.bus().connect({
        message: (bytes) => {
          arrived.push(Buffer.from(bytes).toString('latin1'));
          throw new Error('a mistake');
        },
        lost: () => {},
      });
      open.push(connection);
      await connection.subscribe(['faults.throws']);
      for (const text of ['one', 'two']) connection.publish('faults.throws', Buffer.from(text));
      await until('both arrive', () => arrived.length === 2);
      expect(arrived).toEqual(['one', 'two']);
      expect(warned.mock.calls).toEqual([[new Error('a mistake')], [new Error('a mistake')]]);
      warned.mockRestore();
    });

    it('lets go of its number of octets without being flushed', async () => {
      const connection = await connect();
      for (let index = 0; index < 100; index++) connection.publish('faults.nobody', Buffer.alloc(100));
      expect(connection.pendingBytes).toBe(10_000);
      await until('the server has all', () => connection.pendingBytes === 0);
      expect(listener.losses).toEqual([]);
    });
  });
}
