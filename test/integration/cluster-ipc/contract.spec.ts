import { IpcClusterBus } from 'nestjs-stomp/ipc';
import { describeClusterBusContract } from '../../support/cluster-bus-contract.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describeClusterBusContract('several processes without a server', async () => {
  const folder = await temporaryFolder();
  const path = folder.file('bus.sock');
  return { bus: () => new IpcClusterBus({ path }), stop: () => folder.remove() };
});
