import { Controller } from '@nestjs/common';
import { DestinationVariable, MessageMapping, SubscribeMapping } from 'nestjs-stomp';

/** For the variant whose separator is a dot. */
@Controller()
@MessageMapping('dot')
export class DotController {
  @MessageMapping('echo')
  echo(text: string): string {
    return text;
  }

  @MessageMapping('of.{name}')
  variable(@DestinationVariable('name') name: string): string {
    return `of ${name}`;
  }

  @MessageMapping('deep.**')
  deep(): string {
    return 'deep';
  }

  @SubscribeMapping('init')
  init(): string {
    return 'init';
  }
}
