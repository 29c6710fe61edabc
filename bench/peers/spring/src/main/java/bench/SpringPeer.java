package bench;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.simp.annotation.SendToUser;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.stereotype.Controller;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;

/** Spring's simple broker with the same controller as the other servers, on its defaults but for heart-beats. */
@SpringBootApplication
public class SpringPeer {

	public static void main(String[] args) {
		SpringApplication.run(SpringPeer.class, args);
	}

	@Configuration
	@EnableWebSocketMessageBroker
	static class Broker implements WebSocketMessageBrokerConfigurer {

		@Override
		public void registerStompEndpoints(StompEndpointRegistry registry) {
			registry.addEndpoint("/stomp").setAllowedOriginPatterns("*");
		}

		@Override
		public void configureMessageBroker(MessageBrokerRegistry registry) {
			registry.setApplicationDestinationPrefixes("/app");
			registry.enableSimpleBroker("/topic", "/queue")
				.setHeartbeatValue(new long[] { 10_000, 10_000 })
				.setTaskScheduler(heartbeats());
		}

		private static TaskScheduler heartbeats() {
			ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
			scheduler.setThreadNamePrefix("heartbeat-");
			scheduler.initialize();
			return scheduler;
		}
	}

	@Controller
	static class Handlers {

		@MessageMapping("/broadcast")
		@SendTo("/topic/bench")
		String broadcast(@Payload String body) {
			return body;
		}

		@MessageMapping("/plain")
		@SendToUser(destinations = "/queue/replies", broadcast = false)
		Map<String, Object> plain(@Payload Map<String, Object> question) {
			return question;
		}
	}
}
