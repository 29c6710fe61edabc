package parity;

import org.springframework.validation.Errors;
import org.springframework.validation.Validator;

/** An order is for one thing at least. */
class OrderValidator implements Validator {

  @Override
  public boolean supports(Class<?> type) {
    return true;
  }

  @Override
  public void validate(Object target, Errors errors) {
    if (target instanceof Order order && order.quantity() < 1) {
      errors.reject("quantity", "quantity must be positive");
    }
  }
}
