import { Controller } from '@nestjs/common';
import { MessageMapping, SendTo, SendToUser } from 'nestjs-stomp';

@Controller()
@MessageMapping('/class-send-to-user')
@SendToUser('/queue/of-the-class')
export class ClassLevelSendToUserController {
  @MessageMapping('/plain')
  plain(): string {
    return 'plain';
  }

  @MessageMapping('/topic')
  @SendTo('/topic/of-the-method')
  topic(): string {
    return 'topic';
  }
}
