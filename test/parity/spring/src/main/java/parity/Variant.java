package parity;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Which configuration this application has. */
@Component
class Variant {

  private final String name;

  Variant(@Value("${parity.variant}") String name) {
    this.name = name;
  }

  boolean is(String... names) {
    for (String other : names) {
      if (this.name.equals(other)) {
        return true;
      }
    }
    return false;
  }
}
