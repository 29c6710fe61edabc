package parity;

import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.web.bind.annotation.ControllerAdvice;

@ControllerAdvice
class FailureAdvice {

  @MessageExceptionHandler(FailingController.AdvisedException.class)
  @SendTo("/topic/failures")
  String advised() {
    return "from the advice";
  }
}
