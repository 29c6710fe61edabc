package parity;

import java.security.Principal;
import java.util.concurrent.CompletableFuture;

import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.simp.annotation.SendToUser;
import org.springframework.messaging.simp.annotation.SubscribeMapping;
import org.springframework.stereotype.Controller;

@Controller
@MessageMapping("/fail")
class FailingController {

  static class OrderException extends RuntimeException {
    OrderException(String text) {
      super(text);
    }
  }

  static class SoldOutException extends OrderException {
    SoldOutException() {
      super("sold out");
    }
  }

  static class PrivateException extends RuntimeException {
  }

  static class ContextException extends RuntimeException {
  }

  static class BrokenHandlerException extends RuntimeException {
  }

  static class AdvisedException extends RuntimeException {
  }

  static class DefaultException extends RuntimeException {
  }

  @MessageMapping("/unhandled")
  String unhandled() {
    throw new IllegalStateException("A secret of the server");
  }

  @MessageMapping("/order")
  String order() {
    throw new OrderException("no such order");
  }

  @MessageMapping("/sold-out")
  String soldOut() {
    throw new SoldOutException();
  }

  @MessageMapping("/cause")
  String cause() {
    throw new IllegalStateException(new OrderException("as a cause"));
  }

  @MessageMapping("/private")
  String secret() {
    throw new PrivateException();
  }

  @MessageMapping("/context/{id}")
  String context() {
    throw new ContextException();
  }

  @MessageMapping("/broken-handler")
  String brokenHandler() {
    throw new BrokenHandlerException();
  }

  @MessageMapping("/advised")
  String advised() {
    throw new AdvisedException();
  }

  @MessageMapping("/default")
  String byDefault() {
    throw new DefaultException();
  }

  @MessageMapping("/later")
  CompletableFuture<String> later() {
    return CompletableFuture.failedFuture(new OrderException("later"));
  }

  @SubscribeMapping("/subscription")
  String subscription() {
    throw new OrderException("of a subscription");
  }

  @MessageExceptionHandler
  @SendTo("/topic/failures")
  String onOrder(OrderException exception) {
    return "order: " + exception.getMessage();
  }

  @MessageExceptionHandler
  @SendTo("/topic/failures")
  String onSoldOut(SoldOutException exception) {
    return "closest: " + exception.getMessage();
  }

  @MessageExceptionHandler(PrivateException.class)
  @SendToUser("/queue/errors")
  String onPrivate() {
    return "for your eyes only";
  }

  @MessageExceptionHandler(ContextException.class)
  @SendTo("/topic/failures")
  String onContext(@Header("foo") String foo, @DestinationVariable("id") String id, Principal principal) {
    return foo + " " + id + " " + principal.getName();
  }

  @MessageExceptionHandler(BrokenHandlerException.class)
  @SendTo("/topic/failures")
  String onBroken() {
    throw new IllegalStateException("the handler of exceptions itself");
  }

  @MessageExceptionHandler(DefaultException.class)
  String onDefault() {
    return "where does this go";
  }
}
