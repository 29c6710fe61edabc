import { Controller } from '@nestjs/common';
import { MessageMapping, SendTo, SendToUser } from 'nestjs-stomp';

@Controller()
@MessageMapping('/class-send-to')
@SendTo('/topic/of-the-class')
export class ClassLevelSendToController {
  @MessageMapping('/plain')
  plain(): string {
    return 'plain';
  }

  @MessageMapping('/named')
  @SendTo('/topic/of-the-method')
  named(): string {
    return 'named';
  }

  @MessageMapping('/unnamed')
  @SendTo()
  unnamed(): string {
    return 'unnamed';
  }

  @MessageMapping('/user')
  @SendToUser('/queue/of-the-method')
  user(): string {
    return 'user';
  }
}
