import { Controller } from '@nestjs/common';
import { DestinationVariable, MessageMapping, SendTo, SendToUser } from 'nestjs-stomp';
import { orderOf, type Order } from './order.js';

@Controller()
@MessageMapping('/result')
export class ResultController {
  @MessageMapping('/nothing')
  nothing(): void {
    // Nothing is sent.
  }

  @MessageMapping('/null')
  none(): null {
    return null;
  }

  @MessageMapping('/empty')
  empty(): string {
    return '';
  }

  @MessageMapping('/unicode')
  unicode(): string {
    return 'grüß dich €';
  }

  @MessageMapping('/number')
  number(): number {
    return 6;
  }

  @MessageMapping('/boolean')
  truth(): boolean {
    return true;
  }

  @MessageMapping('/object')
  object(): Order {
    return orderOf('tea', 2);
  }

  @MessageMapping('/list')
  list(): unknown[] {
    return [1, 'two', orderOf('tea', 3)];
  }

  @MessageMapping('/bytes')
  bytes(): Buffer {
    return Buffer.from('bytes');
  }

  @MessageMapping('/future')
  async future(): Promise<string> {
    return 'later';
  }

  @MessageMapping('/future-null')
  async futureNull(): Promise<null> {
    return null;
  }

  @MessageMapping('/send-to')
  @SendTo('/topic/answers')
  sendTo(): string {
    return 'answer';
  }

  @MessageMapping('/send-to-many')
  @SendTo('/topic/one', '/queue/two')
  sendToMany(): string {
    return 'to many';
  }

  @MessageMapping('/send-to-default')
  @SendTo()
  sendToDefault(): string {
    return 'to the default';
  }

  @MessageMapping('/send-to/{room}')
  @SendTo('/topic/rooms/{room}')
  sendToRoom(@DestinationVariable('room') room: string): string {
    return `to ${room}`;
  }

  @MessageMapping('/send-to-nowhere')
  @SendTo('/nowhere/at/all')
  sendToNowhere(): string {
    return 'to nowhere';
  }

  @MessageMapping('/user-and-topic')
  @SendToUser('/queue/both')
  @SendTo('/topic/both')
  userAndTopic(): string {
    return 'to both';
  }
}
