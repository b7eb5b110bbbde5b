package dev.aroma.peft;

import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Runs each test, with what is before and after it, in a scope of its own without gradients. */
final class WithoutGradients implements BeforeEachCallback, AfterEachCallback {
  private Scope scope;
  private NoGrad guard;

  @Override
  public void beforeEach(ExtensionContext context) {
    scope = Scope.open();
    guard = NoGrad.open();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    guard.close();
    scope.close();
  }
}
