import { Controller } from '@nestjs/common';
import { DestinationVariable, MessageMapping, SendToUser } from 'nestjs-stomp';
import { orderOf, type Order } from './order.js';

@Controller()
@MessageMapping('/user-reply')
export class UserController {
  @MessageMapping('/named')
  @SendToUser('/queue/reply')
  named(): string {
    return 'named';
  }

  @MessageMapping('/default')
  @SendToUser()
  byDefault(): string {
    return 'default';
  }

  @MessageMapping('/one-session')
  @SendToUser('/queue/reply', { broadcast: false })
  oneSession(): string {
    return 'one session';
  }

  @MessageMapping('/many')
  @SendToUser('/queue/one', '/queue/two')
  many(): string {
    return 'many';
  }

  @MessageMapping('/room/{room}')
  @SendToUser('/queue/rooms/{room}')
  room(@DestinationVariable('room') room: string): string {
    return `room ${room}`;
  }

  @MessageMapping('/object')
  @SendToUser('/queue/reply')
  object(): Order {
    return orderOf('tea', 4);
  }
}
