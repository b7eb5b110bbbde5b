package dev.aroma.tensor;

import org.bytedeco.pytorch.AutoGradMode;

/** While open, operations on this thread record no gradients. */
public final class NoGrad implements AutoCloseable {
  static {
    Engine.load();
  }

  private final AutoGradMode guard = new AutoGradMode(false);

  private NoGrad() {
    // A guard belongs to this block, not to the scope around it: a scope that is opened and closed
    // inside must not end it.
    guard.retainReference();
  }

  /** Stops recording until closed. */
  public static NoGrad open() {
    return new NoGrad();
  }

  @Override
  public void close() {
    guard.deallocate();
  }
}
