package parity;

import java.util.concurrent.CompletableFuture;

import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.simp.annotation.SendToUser;
import org.springframework.messaging.simp.annotation.SubscribeMapping;
import org.springframework.stereotype.Controller;

@Controller
class SubscribeController {

  @SubscribeMapping("/init")
  Order init() {
    return new Order("tea", 1);
  }

  @SubscribeMapping("/init/text")
  String text() {
    return "hello";
  }

  @SubscribeMapping("/init/nothing")
  void nothing() {
  }

  @SubscribeMapping("/init/later")
  CompletableFuture<String> later() {
    return CompletableFuture.supplyAsync(() -> "later");
  }

  @SubscribeMapping("/init/of/{id}")
  String variable(@DestinationVariable("id") String id) {
    return "init of " + id;
  }

  @SubscribeMapping("/init/header")
  String header(@Header("since") String since) {
    return "since " + since;
  }

  @SubscribeMapping("/init/send-to")
  @SendTo("/topic/joined")
  String sendTo() {
    return "joined";
  }

  @SubscribeMapping("/init/send-to-user")
  @SendToUser("/queue/joined")
  String sendToUser() {
    return "joined";
  }

  @MessageMapping("/both")
  String asMessage() {
    return "as a message";
  }

  @SubscribeMapping("/both")
  String asSubscription() {
    return "as a subscription";
  }
}
