import cluster from 'node:cluster';
import { IpcClusterBus } from 'nestjs-stomp/ipc';

/** Three workers of `node:cluster` join at once; each says who it is and tells the primary whom it has heard. */
const WORKERS = 3;
const [path = ''] = process.argv.slice(2);

if (cluster.isPrimary) {
  const heard: number[][] = [];
  let joined = 0;
  cluster.on('message', (_, message: 'joined' | number[]) => {
    if (message !== 'joined') heard.push(message.sort());
    else if (++joined === WORKERS)
      for (const worker of Object.values(cluster.workers ?? {})) worker?.send('say');
    if (heard.length < WORKERS) return;
    console.log(JSON.stringify(heard));
    cluster.disconnect(() => process.exit());
  });
  for (let count = 0; count < WORKERS; count++) cluster.fork();
} else {
  const heard: number[] = [];
  const connection = await new IpcClusterBus({ path }).connect({
    message: (bytes) => {
      heard.push(bytes[0] ?? 0);
      if (heard.length === WORKERS) process.send?.(heard);
    },
    lost: () => process.exit(),
  });
  await connection.subscribe(['all']);
  process.on('message', () => connection.publish('all', Buffer.from([cluster.worker?.id ?? 0])));
  process.on('disconnect', () => process.exit());
  process.send?.('joined');
}
