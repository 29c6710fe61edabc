package parity;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.simp.annotation.SendToUser;
import org.springframework.stereotype.Controller;

@Controller
@MessageMapping("/result")
class ResultController {

  @MessageMapping("/nothing")
  void nothing() {
  }

  @MessageMapping("/null")
  String none() {
    return null;
  }

  @MessageMapping("/empty")
  String empty() {
    return "";
  }

  @MessageMapping("/unicode")
  String unicode() {
    return "gr\u00fc\u00df dich \u20ac";
  }

  @MessageMapping("/number")
  int number() {
    return 6;
  }

  @MessageMapping("/boolean")
  boolean truth() {
    return true;
  }

  @MessageMapping("/object")
  Order object() {
    return new Order("tea", 2);
  }

  @MessageMapping("/list")
  List<Object> list() {
    return List.of(1, "two", new Order("tea", 3));
  }

  @MessageMapping("/bytes")
  byte[] bytes() {
    return "bytes".getBytes(StandardCharsets.UTF_8);
  }

  @MessageMapping("/future")
  CompletableFuture<String> future() {
    return CompletableFuture.supplyAsync(() -> "later");
  }

  @MessageMapping("/future-null")
  CompletableFuture<String> futureNull() {
    return CompletableFuture.completedFuture(null);
  }

  @MessageMapping("/send-to")
  @SendTo("/topic/answers")
  String sendTo() {
    return "answer";
  }

  @MessageMapping("/send-to-many")
  @SendTo({"/topic/one", "/queue/two"})
  String sendToMany() {
    return "to many";
  }

  @MessageMapping("/send-to-default")
  @SendTo
  String sendToDefault() {
    return "to the default";
  }

  @MessageMapping("/send-to/{room}")
  @SendTo("/topic/rooms/{room}")
  String sendToRoom(@DestinationVariable("room") String room) {
    return "to " + room;
  }

  @MessageMapping("/send-to-nowhere")
  @SendTo("/nowhere/at/all")
  String sendToNowhere() {
    return "to nowhere";
  }

  @MessageMapping("/user-and-topic")
  @SendToUser("/queue/both")
  @SendTo("/topic/both")
  String userAndTopic() {
    return "to both";
  }
}
