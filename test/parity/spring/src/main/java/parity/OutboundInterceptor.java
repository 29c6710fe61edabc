package parity;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.simp.SimpMessageHeaderAccessor;
import org.springframework.messaging.simp.SimpMessageType;
import org.springframework.messaging.support.ChannelInterceptor;
import org.springframework.messaging.support.MessageBuilder;

/** Keeps back what is published on {@code /topic/silenced} and marks what is published on {@code /topic/marked}. */
class OutboundInterceptor implements ChannelInterceptor {

  @Override
  public Message<?> preSend(Message<?> message, MessageChannel channel) {
    if (SimpMessageHeaderAccessor.getMessageType(message.getHeaders()) != SimpMessageType.MESSAGE) {
      return message;
    }
    String destination = SimpMessageHeaderAccessor.getDestination(message.getHeaders());
    if ("/topic/silenced".equals(destination)) {
      return null;
    }
    if ("/topic/marked".equals(destination)) {
      SimpMessageHeaderAccessor accessor = SimpMessageHeaderAccessor.wrap(message);
      accessor.setNativeHeader("mark", "outbound");
      return MessageBuilder.createMessage(message.getPayload(), accessor.getMessageHeaders());
    }
    return message;
  }
}
