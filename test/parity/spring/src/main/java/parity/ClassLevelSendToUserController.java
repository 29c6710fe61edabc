package parity;

import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.simp.annotation.SendToUser;
import org.springframework.stereotype.Controller;

@Controller
@MessageMapping("/class-send-to-user")
@SendToUser("/queue/of-the-class")
class ClassLevelSendToUserController {

  @MessageMapping("/plain")
  String plain() {
    return "plain";
  }

  @MessageMapping("/topic")
  @SendTo("/topic/of-the-method")
  String topic() {
    return "topic";
  }
}
