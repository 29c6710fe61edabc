import { createInterface } from 'node:readline';
import { IpcClusterBus } from 'nestjs-stomp/ipc';
import type { ClusterBusConnection } from '../../src/broker/cluster/cluster-bus.js';

/** A process of a cluster: it does what its input tells and prints what happens, a line each. */
const [path = ''] = process.argv.slice(2);
const bus = new IpcClusterBus({ path });
let connection: ClusterBusConnection;

async function join(): Promise<void> {
  connection = await bus.connect({
    message: (bytes) => console.log(`heard ${Buffer.from(bytes.subarray(0, 40)).toString()}`),
    lost: (error) => {
      console.log(`lost ${error.message}`);
      void join();
    },
  });
  await connection.subscribe(['all']);
  console.log('joined');
}

const input = createInterface({ input: process.stdin });
input.on('line', (line) => {
  const [command, text = ''] = line.split(' ');
  if (command === 'join') void join();
  if (command === 'say') connection.publish('all', Buffer.from(text));
  if (command === 'leave') {
    void connection.close();
    // Nothing but the bus could keep the process alive now.
    process.stdin.unref();
  }
});
// Whoever started it is gone.
process.stdin.once('end', () => process.exit());
console.log('ready');
