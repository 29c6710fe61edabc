import { Controller } from '@nestjs/common';
import { SubscribeMapping } from 'nestjs-stomp';

/** By its answer a client knows that what it sent before has been handled. */
@Controller()
export class SyncController {
  @SubscribeMapping('parity.sync')
  sync(): string {
    return 'sync';
  }
}
