package parity;

import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.simp.annotation.SendToUser;
import org.springframework.stereotype.Controller;

@Controller
@MessageMapping("/class-send-to")
@SendTo("/topic/of-the-class")
class ClassLevelSendToController {

  @MessageMapping("/plain")
  String plain() {
    return "plain";
  }

  @MessageMapping("/named")
  @SendTo("/topic/of-the-method")
  String named() {
    return "named";
  }

  @MessageMapping("/unnamed")
  @SendTo
  String unnamed() {
    return "unnamed";
  }

  @MessageMapping("/user")
  @SendToUser("/queue/of-the-method")
  String user() {
    return "user";
  }
}
