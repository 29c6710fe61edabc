package parity;

import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.simp.annotation.SubscribeMapping;
import org.springframework.stereotype.Controller;

@Controller
@MessageMapping("/type/{kind}")
class TypeLevelController {

  @MessageMapping("/method")
  String method(@DestinationVariable("kind") String kind) {
    return "method of " + kind;
  }

  @MessageMapping
  String bare(@DestinationVariable("kind") String kind) {
    return "bare " + kind;
  }

  @SubscribeMapping("/snapshot")
  String snapshot(@DestinationVariable("kind") String kind) {
    return "snapshot of " + kind;
  }
}
