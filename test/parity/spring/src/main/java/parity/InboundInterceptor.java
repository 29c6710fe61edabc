package parity;

import java.security.Principal;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageDeliveryException;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.ChannelInterceptor;
import org.springframework.messaging.support.MessageHeaderAccessor;

/** Does with a frame what its header {@code intercept} says. */
class InboundInterceptor implements ChannelInterceptor {

  @Override
  public Message<?> preSend(Message<?> message, MessageChannel channel) {
    StompHeaderAccessor accessor = MessageHeaderAccessor.getAccessor(message, StompHeaderAccessor.class);
    String wish = accessor.getFirstNativeHeader("intercept");
    if (accessor.getCommand() == StompCommand.CONNECT && accessor.getFirstNativeHeader("token") != null) {
      String name = accessor.getFirstNativeHeader("token");
      accessor.setUser(new NamedPrincipal(name));
    }
    if (wish == null) {
      return message;
    }
    switch (wish) {
      case "veto":
        return null;
      case "throw":
        throw new IllegalStateException("A secret of the server");
      case "refuse":
        throw new MessageDeliveryException("Name a tenant");
      case "redirect":
        accessor.setDestination("/topic/redirected");
        return message;
      case "mark":
        accessor.setNativeHeader("mark", "inbound");
        return message;
      default:
        return message;
    }
  }

  record NamedPrincipal(String name) implements Principal {
    @Override
    public String getName() {
      return this.name;
    }
  }
}
