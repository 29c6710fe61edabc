package parity;

import org.springframework.context.annotation.Configuration;
import org.springframework.validation.Validator;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Messages are validated by what Spring MVC validates with. */
@Configuration
class ValidationConfiguration implements WebMvcConfigurer {

  @Override
  public Validator getValidator() {
    return new OrderValidator();
  }
}
