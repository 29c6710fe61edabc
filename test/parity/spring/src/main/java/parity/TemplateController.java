package parity;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.simp.SimpMessagingTemplate;
import org.springframework.stereotype.Controller;

/** Sends by the template what a client asks for. */
@Controller
@MessageMapping("/template")
class TemplateController {

  private final SimpMessagingTemplate template;

  TemplateController(SimpMessagingTemplate template) {
    this.template = template;
  }

  @MessageMapping("/text")
  void text(@Header("to") String to, String text) {
    this.template.convertAndSend(to, text);
  }

  @MessageMapping("/object")
  void object(@Header("to") String to) {
    this.template.convertAndSend(to, new Order("tea", 5));
  }

  @MessageMapping("/bytes")
  void bytes(@Header("to") String to) {
    this.template.convertAndSend(to, "bytes".getBytes(StandardCharsets.UTF_8));
  }

  @MessageMapping("/headers")
  void headers(@Header("to") String to, String text) {
    this.template.convertAndSend(to, text, Map.of("x-kind", (Object) "news"));
  }

  @MessageMapping("/user")
  void user(@Header("user") String user, @Header("to") String to, String text) {
    this.template.convertAndSendToUser(user, to, text);
  }

  @MessageMapping("/user-headers")
  void userHeaders(@Header("user") String user, @Header("to") String to, String text) {
    this.template.convertAndSendToUser(user, to, text, Map.of("x-kind", (Object) "news"));
  }

  @MessageMapping("/reversed")
  void reversed(@Header("to") String to, @Payload String text) {
    org.springframework.messaging.simp.SimpMessageHeaderAccessor accessor =
        org.springframework.messaging.simp.SimpMessageHeaderAccessor.create();
    accessor.setContentType(new org.springframework.util.MimeType("application", "x-reversed"));
    accessor.setLeaveMutable(true);
    this.template.convertAndSend(to, text, accessor.getMessageHeaders());
  }
}
