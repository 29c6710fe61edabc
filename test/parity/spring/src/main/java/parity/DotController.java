package parity;

import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.simp.annotation.SubscribeMapping;
import org.springframework.stereotype.Controller;

/** For the variant whose separator is a dot. */
@Controller
@MessageMapping("dot")
class DotController {

  @MessageMapping("echo")
  String echo(String text) {
    return text;
  }

  @MessageMapping("of.{name}")
  String variable(@DestinationVariable("name") String name) {
    return "of " + name;
  }

  @MessageMapping("deep.**")
  String deep() {
    return "deep";
  }

  @SubscribeMapping("init")
  String init() {
    return "init";
  }
}
