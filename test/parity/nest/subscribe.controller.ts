import { Controller } from '@nestjs/common';
import {
  DestinationVariable,
  Header,
  MessageMapping,
  SendTo,
  SendToUser,
  SubscribeMapping,
} from 'nestjs-stomp';
import { orderOf, type Order } from './order.js';

@Controller()
export class SubscribeController {
  @SubscribeMapping('/init')
  init(): Order {
    return orderOf('tea', 1);
  }

  @SubscribeMapping('/init/text')
  text(): string {
    return 'hello';
  }

  @SubscribeMapping('/init/nothing')
  nothing(): void {
    // Nothing is sent.
  }

  @SubscribeMapping('/init/later')
  async later(): Promise<string> {
    return 'later';
  }

  @SubscribeMapping('/init/of/{id}')
  variable(@DestinationVariable('id') id: string): string {
    return `init of ${id}`;
  }

  @SubscribeMapping('/init/header')
  header(@Header('since') since: string): string {
    return `since ${since}`;
  }

  @SubscribeMapping('/init/send-to')
  @SendTo('/topic/joined')
  sendTo(): string {
    return 'joined';
  }

  @SubscribeMapping('/init/send-to-user')
  @SendToUser('/queue/joined')
  sendToUser(): string {
    return 'joined';
  }

  @MessageMapping('/both')
  asMessage(): string {
    return 'as a message';
  }

  @SubscribeMapping('/both')
  asSubscription(): string {
    return 'as a subscription';
  }
}
