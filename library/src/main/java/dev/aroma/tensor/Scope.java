package dev.aroma.tensor;

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

  @Override
  public void close() {
    pointers.close();
  }
}
