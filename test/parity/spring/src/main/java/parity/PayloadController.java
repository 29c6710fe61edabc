package parity;

import java.util.List;
import java.util.Map;

import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.stereotype.Controller;
import org.springframework.validation.annotation.Validated;

@Controller
@MessageMapping("/payload")
class PayloadController {

  @MessageMapping("/text")
  String text(String text) {
    return "text " + text;
  }

  @MessageMapping("/optional")
  String optional(@Payload(required = false) String text) {
    return text == null ? "no text" : "text " + text;
  }

  @MessageMapping("/bytes")
  int bytes(byte[] bytes) {
    return bytes.length;
  }

  @MessageMapping("/order")
  String order(Order order) {
    return order.quantity() + " " + order.item();
  }

  @MessageMapping("/number")
  int number(int number) {
    return number + 1;
  }

  @MessageMapping("/list")
  int list(List<Integer> numbers) {
    return numbers.stream().mapToInt(Integer::intValue).sum();
  }

  @MessageMapping("/map")
  Map<String, Object> map(@Payload Map<String, Object> map) {
    return map;
  }

  @MessageMapping("/checked")
  String checked(@Validated @Payload Order order) {
    return order.quantity() + " " + order.item();
  }

  @MessageExceptionHandler
  @SendTo("/topic/not-valid")
  String notValid(MethodArgumentNotValidException exception) {
    return "not valid";
  }

  @MessageExceptionHandler
  @SendTo("/topic/not-read")
  String notRead(MessageConversionException exception) {
    return "not read";
  }
}
