import { SimpleBrokerCluster } from 'nestjs-stomp';
import { MemoryCluster } from 'nestjs-stomp/testing';
import { startNode } from '../support/cluster-node.js';

// Nothing but the boot keeps this process alive until the server listens.
const { app } = await startNode({ bus: new MemoryCluster().bus() });
console.log(JSON.stringify({ isAvailable: app.get(SimpleBrokerCluster).isAvailable }));
await app.close();
