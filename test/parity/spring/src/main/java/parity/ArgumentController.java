package parity;

import java.security.Principal;
import java.util.List;
import java.util.Map;

import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.simp.SimpMessageHeaderAccessor;
import org.springframework.stereotype.Controller;

@Controller
@MessageMapping("/args")
class ArgumentController {

  @MessageMapping("/header")
  String header(@Header("foo") String foo) {
    return "foo is " + foo;
  }

  @MessageMapping("/header-default")
  String headerDefault(@Header(name = "foo", defaultValue = "the default") String foo) {
    return "foo is " + foo;
  }

  @MessageMapping("/header-optional")
  String headerOptional(@Header(name = "foo", required = false) String foo) {
    return foo == null ? "no foo" : "foo is " + foo;
  }

  @MessageMapping("/header-number")
  int headerNumber(@Header("foo") int foo) {
    return foo + 1;
  }

  @MessageMapping("/header-destination")
  String headerDestination(@Header("simpDestination") String destination) {
    return destination;
  }

  @MessageMapping("/header-content-type")
  String headerContentType(@Header("content-type") String contentType) {
    return contentType;
  }

  @MessageMapping("/headers")
  String headers(@Headers Map<String, Object> headers) {
    return headers.get("simpMessageType") + " " + headers.get("simpDestination") + " " + headers.get("lookupDestination");
  }

  @MessageMapping("/principal")
  String principal(Principal principal) {
    return principal == null ? "nobody" : principal.getName();
  }

  @MessageMapping("/variable/{id}")
  int variable(@DestinationVariable("id") int id) {
    return id + 1;
  }

  @MessageMapping("/message")
  String message(Message<String> message, SimpMessageHeaderAccessor accessor) {
    List<String> foo = accessor.getNativeHeader("foo");
    return message.getPayload() + " " + foo;
  }

  @MessageMapping("/attributes")
  int attributes(SimpMessageHeaderAccessor accessor) {
    Integer count = (Integer) accessor.getSessionAttributes().getOrDefault("count", 0);
    accessor.getSessionAttributes().put("count", count + 1);
    return count + 1;
  }

  @MessageMapping("/attribute-of-handshake")
  String attributeOfHandshake(SimpMessageHeaderAccessor accessor) {
    return String.valueOf(accessor.getSessionAttributes().get("attribute"));
  }
}
