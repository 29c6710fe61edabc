package parity;

import java.security.Principal;
import java.util.Arrays;
import java.util.Map;

import org.springframework.http.server.ServerHttpRequest;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;
import org.springframework.web.util.UriComponents;
import org.springframework.web.util.UriComponentsBuilder;

/** The user is who the query says: {@code ?user=joe&roles=ADMIN,CLERK}. */
class QueryHandshakeHandler extends DefaultHandshakeHandler {

  @Override
  protected Principal determineUser(ServerHttpRequest request, WebSocketHandler handler, Map<String, Object> attributes) {
    UriComponents uri = UriComponentsBuilder.fromUri(request.getURI()).build();
    String user = decoded(uri.getQueryParams().getFirst("user"));
    if (user == null) {
      return null;
    }
    String roles = decoded(uri.getQueryParams().getFirst("roles"));
    String[] authorities = roles == null ? new String[0]
        : Arrays.stream(roles.split(",")).map(role -> "ROLE_" + role).toArray(String[]::new);
    return new UsernamePasswordAuthenticationToken(user, "", AuthorityUtils.createAuthorityList(authorities));
  }

  private static String decoded(String value) {
    return value == null ? null : java.net.URLDecoder.decode(value, java.nio.charset.StandardCharsets.UTF_8);
  }
}
