import { Controller } from '@nestjs/common';
import { DestinationVariable, MessageMapping, SubscribeMapping } from 'nestjs-stomp';

@Controller()
@MessageMapping('/type/{kind}')
export class TypeLevelController {
  @MessageMapping('/method')
  method(@DestinationVariable('kind') kind: string): string {
    return `method of ${kind}`;
  }

  @MessageMapping()
  bare(@DestinationVariable('kind') kind: string): string {
    return `bare ${kind}`;
  }

  @SubscribeMapping('/snapshot')
  snapshot(@DestinationVariable('kind') kind: string): string {
    return `snapshot of ${kind}`;
  }
}
