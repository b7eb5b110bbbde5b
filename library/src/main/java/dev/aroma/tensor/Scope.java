package dev.aroma.tensor;

import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;

/**
 * Frees every tensor that was created in it, on this thread, when it closes. Scopes nest; one a
 * training step is the rule.
 *
 * <pre>{@code
 * try (Scope scope = Scope.open()) {
 *   Tensor loss = …;              // freed with the scope
 *   best = loss.keep();           // outlives it; free it with close()
 * }
 * }</pre>
 */
public final class Scope implements AutoCloseable {
  static {
    Engine.load();
  }

  private final PointerScope pointers = new PointerScope();

  private Scope() {}

  /** Opens a scope on this thread. */
  public static Scope open() {
    return new Scope();
  }

  /**
   * Runs a computation in a scope of its own: only its result lives on, in the scope around. What a
   * graph needs for its gradients lives on too, but no longer by our handles: memory that nobody
   * needs any more is free before the computation that follows.
   *
   * @param computation whose result may be null
   */
  public static Tensor only(Supplier<Tensor> computation) {
    Tensor result;
    try (Scope scope = open()) {
      result = computation.get();
      if (result != null) {
        result.keep();
      }
    }
    PointerScope around = PointerScope.getInnerScope();
    if (around != null && result != null) {
      around.attach(result.raw);
      result.raw.releaseReference();
    }
    return result;
  }

  @Override
  public void close() {
    pointers.close();
  }
}
