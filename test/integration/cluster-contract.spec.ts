import { MemoryCluster } from 'nestjs-stomp/testing';
import { describeClusterBusContract } from '../support/cluster-bus-contract.js';
import { describeClusterContract } from '../support/cluster-contract.js';

const inMemory = async () => {
  const cluster = new MemoryCluster();
  return { bus: () => cluster.bus(), stop: async () => undefined };
};

describeClusterBusContract('the memory of a test', inMemory);
describeClusterContract('the memory of a test', inMemory);
