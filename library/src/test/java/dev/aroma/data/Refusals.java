package dev.aroma.data;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Expects that something is refused in words for a person. */
final class Refusals {
  private Refusals() {}

  static AbstractThrowableAssert<?, ? extends Throwable> refused(
      String anchor, ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("troubleshooting.md#" + anchor);
  }
}
