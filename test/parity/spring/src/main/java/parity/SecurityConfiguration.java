package parity;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;
import org.springframework.messaging.simp.SimpMessageType;
import org.springframework.messaging.support.ChannelInterceptor;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.config.annotation.web.socket.EnableWebSocketSecurity;
import org.springframework.security.messaging.access.intercept.MessageMatcherDelegatingAuthorizationManager;

@Configuration
@EnableWebSocketSecurity
@ConditionalOnProperty(name = "parity.variant", havingValue = "security")
class SecurityConfiguration {

  @Bean
  AuthorizationManager<Message<?>> messageAuthorizationManager(
      MessageMatcherDelegatingAuthorizationManager.Builder messages) {
    return messages
        .simpTypeMatchers(SimpMessageType.HEARTBEAT, SimpMessageType.UNSUBSCRIBE, SimpMessageType.DISCONNECT).permitAll()
        .simpTypeMatchers(SimpMessageType.CONNECT).permitAll()
        .simpSubscribeDestMatchers("/topic/public/**").permitAll()
        .simpSubscribeDestMatchers("/topic/of/{name}").access((authentication, context) -> new AuthorizationDecision(
            authentication.get().getName().equals(context.getVariables().get("name"))))
        .simpDestMatchers("/app/admin/**").hasRole("ADMIN")
        .simpDestMatchers("/app/staff/**").hasAnyRole("ADMIN", "CLERK")
        .simpDestMatchers("/app/guest").anonymous()
        .simpMessageDestMatchers("/topic/**", "/queue/**").denyAll()
        .simpSubscribeDestMatchers("/topic/secret/**").hasRole("ADMIN")
        .simpSubscribeDestMatchers("/topic/**", "/user/queue/**").authenticated()
        .simpDestMatchers("/app/parity.sync").permitAll()
        .simpDestMatchers("/app/**").authenticated()
        .nullDestMatcher().permitAll()
        .build();
  }

  /** CSRF tokens belong to a login page, which this application does not have. */
  @Bean
  ChannelInterceptor csrfChannelInterceptor() {
    return new ChannelInterceptor() {
    };
  }
}
