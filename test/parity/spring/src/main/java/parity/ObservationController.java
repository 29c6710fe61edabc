package parity;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import org.springframework.context.event.EventListener;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.simp.annotation.SubscribeMapping;
import org.springframework.messaging.simp.user.SimpSubscription;
import org.springframework.messaging.simp.user.SimpUser;
import org.springframework.messaging.simp.user.SimpUserRegistry;
import org.springframework.stereotype.Controller;
import org.springframework.web.socket.messaging.AbstractSubProtocolEvent;

/** What the application sees of a user: the registry, and the events that it was told of. */
@Controller
class ObservationController {

  private final SimpUserRegistry registry;

  private final Map<String, Map<String, Integer>> events = new ConcurrentHashMap<>();

  ObservationController(SimpUserRegistry registry) {
    this.registry = registry;
  }

  @EventListener
  void count(AbstractSubProtocolEvent event) {
    if (event.getUser() != null) {
      this.events.computeIfAbsent(event.getUser().getName(), name -> new TreeMap<>())
          .merge(event.getClass().getSimpleName(), 1, Integer::sum);
    }
  }

  @SubscribeMapping("/observe/events/{user}")
  Map<String, Integer> events(@DestinationVariable("user") String user) {
    return this.events.getOrDefault(user, Map.of());
  }

  @SubscribeMapping("/observe/user/{user}")
  List<Object> user(@DestinationVariable("user") String user) {
    SimpUser found = this.registry.getUser(user);
    return found == null ? List.of("nobody") : List.of(found.getName(), found.getSessions().size());
  }

  @SubscribeMapping("/observe/subscriptions/{user}")
  List<String> subscriptions(@DestinationVariable("user") String user) {
    SimpUser found = this.registry.getUser(user);
    return found == null ? List.of() : found.getSessions().stream()
        .flatMap(session -> session.getSubscriptions().stream())
        .map(SimpSubscription::getDestination)
        .filter(destination -> !destination.startsWith("/app/parity") && !destination.startsWith("/app/observe"))
        .sorted().toList();
  }

  @SubscribeMapping("/observe/subscribers")
  List<String> subscribers() {
    return this.registry.findSubscriptions(subscription -> subscription.getDestination().equals("/topic/observed")).stream()
        .map(subscription -> subscription.getSession().getUser().getName()).sorted().toList();
  }
}
