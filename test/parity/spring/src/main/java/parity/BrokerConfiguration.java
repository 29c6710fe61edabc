package parity;

import java.util.List;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.converter.MessageConverter;
import org.springframework.messaging.simp.config.ChannelRegistration;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.messaging.simp.config.SimpleBrokerRegistration;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.util.AntPathMatcher;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketTransportRegistration;
import org.springframework.web.socket.messaging.StompSubProtocolErrorHandler;

@Configuration
@EnableWebSocketMessageBroker
class BrokerConfiguration implements WebSocketMessageBrokerConfigurer {

  private final Variant variant;

  BrokerConfiguration(Variant variant) {
    this.variant = variant;
  }

  @Override
  public void registerStompEndpoints(StompEndpointRegistry registry) {
    if (this.variant.is("interceptors")) {
      registry.setErrorHandler(new StompSubProtocolErrorHandler());
    }
    registry.addEndpoint("/stomp").setAllowedOriginPatterns("*").setHandshakeHandler(new QueryHandshakeHandler());
    registry.addEndpoint("/same-origin").setHandshakeHandler(new QueryHandshakeHandler());
    registry.addEndpoint("/listed").setAllowedOrigins("https://allowed.example").setHandshakeHandler(new QueryHandshakeHandler());
    registry.addEndpoint("/intercepted").setAllowedOriginPatterns("*")
        .setHandshakeHandler(new QueryHandshakeHandler()).addInterceptors(new QueryInterceptor());
  }

  @Override
  public void configureMessageBroker(MessageBrokerRegistry registry) {
    if (this.variant.is("prefixes")) {
      registry.setApplicationDestinationPrefixes("/app", "/api");
      registry.enableSimpleBroker("/events", "/queue");
      registry.setUserDestinationPrefix("/me");
      return;
    }
    registry.setApplicationDestinationPrefixes("/app");
    if (this.variant.is("dots")) {
      registry.setPathMatcher(new AntPathMatcher("."));
    }
    SimpleBrokerRegistration broker = registry.enableSimpleBroker("/topic", "/queue");
    if (this.variant.is("selectors")) {
      broker.setSelectorHeaderName("selector");
    }
    if (this.variant.is("heartbeats")) {
      broker.setHeartbeatValue(new long[] {10000, 10000}).setTaskScheduler(heartbeatScheduler());
    }
    if (this.variant.is("fast-heartbeats")) {
      broker.setHeartbeatValue(new long[] {100, 100}).setTaskScheduler(heartbeatScheduler());
    }
  }

  @Bean
  ThreadPoolTaskScheduler heartbeatScheduler() {
    ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
    scheduler.setPoolSize(1);
    scheduler.setDaemon(true);
    return scheduler;
  }

  @Override
  public void configureWebSocketTransport(WebSocketTransportRegistration registration) {
    if (this.variant.is("limits")) {
      registration.setMessageSizeLimit(1024);
    }
  }

  /** One thread, so that what a client sends is handled in order; the flags for order would hide refusals. */
  @Override
  public void configureClientInboundChannel(ChannelRegistration registration) {
    registration.taskExecutor().corePoolSize(1).maxPoolSize(1);
    if (this.variant.is("interceptors")) {
      registration.interceptors(new InboundInterceptor());
    }
  }

  @Override
  public void configureClientOutboundChannel(ChannelRegistration registration) {
    registration.taskExecutor().corePoolSize(1).maxPoolSize(1);
    if (this.variant.is("interceptors")) {
      registration.interceptors(new OutboundInterceptor());
    }
  }

  @Override
  public boolean configureMessageConverters(List<MessageConverter> converters) {
    converters.add(new ReversedMessageConverter());
    return true;
  }
}
