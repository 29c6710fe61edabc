package parity;

import org.springframework.messaging.simp.annotation.SubscribeMapping;
import org.springframework.stereotype.Controller;

/** By its answer a client knows that what it sent before has been handled. */
@Controller
class SyncController {

  @SubscribeMapping("parity.sync")
  String sync() {
    return "sync";
  }
}
