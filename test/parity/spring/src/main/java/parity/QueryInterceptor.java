package parity;

import java.util.Map;

import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeInterceptor;

/** Does with a handshake what its query says: {@code ?refuse}, or {@code ?attribute=value}. */
class QueryInterceptor implements HandshakeInterceptor {

  @Override
  public boolean beforeHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
      Map<String, Object> attributes) {
    String query = request.getURI().getQuery();
    if (query != null && query.startsWith("attribute=")) {
      attributes.put("attribute", query.substring("attribute=".length()));
    }
    return !"refuse".equals(query);
  }

  @Override
  public void afterHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
      Exception exception) {
  }
}
