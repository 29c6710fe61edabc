import { describeClusterContract } from '../../support/cluster-contract.js';
import { nats, redis } from '../support/engines.js';

describeClusterContract('Redis', () => redis());
describeClusterContract('NATS', () => nats());
