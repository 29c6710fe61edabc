package parity;

import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.simp.annotation.SendToUser;
import org.springframework.messaging.simp.annotation.SubscribeMapping;
import org.springframework.stereotype.Controller;

/** What the rules of the variant {@code security} are about. */
@Controller
class GuardedController {

  @MessageMapping("/admin/task")
  @SendToUser("/queue/reply")
  String admin() {
    return "admin";
  }

  @MessageMapping("/staff/task")
  @SendToUser("/queue/reply")
  String staff() {
    return "staff";
  }

  @MessageMapping("/member")
  @SendToUser("/queue/reply")
  String member() {
    return "member";
  }

  @SubscribeMapping("/admin/snapshot")
  String snapshot() {
    return "for admins";
  }

  @SubscribeMapping("/guest")
  String guest() {
    return "for guests";
  }
}
