package parity;

import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.simp.annotation.SendToUser;
import org.springframework.stereotype.Controller;

@Controller
@MessageMapping("/user-reply")
class UserController {

  @MessageMapping("/named")
  @SendToUser("/queue/reply")
  String named() {
    return "named";
  }

  @MessageMapping("/default")
  @SendToUser
  String byDefault() {
    return "default";
  }

  @MessageMapping("/one-session")
  @SendToUser(value = "/queue/reply", broadcast = false)
  String oneSession() {
    return "one session";
  }

  @MessageMapping("/many")
  @SendToUser({"/queue/one", "/queue/two"})
  String many() {
    return "many";
  }

  @MessageMapping("/room/{room}")
  @SendToUser("/queue/rooms/{room}")
  String room(@DestinationVariable("room") String room) {
    return "room " + room;
  }

  @MessageMapping("/object")
  @SendToUser("/queue/reply")
  Order object() {
    return new Order("tea", 4);
  }
}
