package parity;

import java.nio.charset.StandardCharsets;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.AbstractMessageConverter;
import org.springframework.util.MimeType;

/** Text that is written backwards, as {@code application/x-reversed}. */
class ReversedMessageConverter extends AbstractMessageConverter {

  ReversedMessageConverter() {
    super(new MimeType("application", "x-reversed"));
    setStrictContentTypeMatch(true);
  }

  @Override
  protected boolean supports(Class<?> type) {
    return type == String.class;
  }

  @Override
  protected Object convertFromInternal(Message<?> message, Class<?> target, Object hint) {
    return reversed(new String((byte[]) message.getPayload(), StandardCharsets.UTF_8));
  }

  @Override
  protected Object convertToInternal(Object payload, MessageHeaders headers, Object hint) {
    return reversed((String) payload).getBytes(StandardCharsets.UTF_8);
  }

  private static String reversed(String text) {
    return new StringBuilder(text).reverse().toString();
  }
}
