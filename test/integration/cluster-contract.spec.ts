import { describeClusterBusContract } from '../support/cluster-bus-contract.js';
import { describeClusterContract } from '../support/cluster-contract.js';
import { ipc, memory } from '../support/local-engines.js';

describeClusterBusContract('the memory of a test', memory);
describeClusterContract('the memory of a test', memory);
describeClusterContract('sockets of the machine', ipc);
