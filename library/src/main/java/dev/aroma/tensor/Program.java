package dev.aroma.tensor;

import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.Function;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.InferenceMode;

/**
 * Operations that were written down once, by a {@link Draft}, and which libtorch's interpreter runs
 * in one call.
 *
 * <p>An operation called from Java costs about 15 µs before it computes anything, one that the
 * interpreter comes to about 2 µs: for a sentence or two that is most of a model's time.
 */
public final class Program implements AutoCloseable {
  private final CompilationUnit owner; // of the function
  private final Function function;
  private final IValue constants;
  private final int inputs;

  Program(CompilationUnit owner, Function function, GenericList constants, int inputs) {
    this.owner = owner;
    this.function = function;
    this.constants = new IValue(constants);
    this.inputs = inputs;
    owner.retainReference();
    function.retainReference();
    this.constants.retainReference();
  }

  /**
   * Runs it. No gradients flow through the result, whatever becomes of it.
   *
   * @param arguments the draft's inputs in their order
   * @return the draft's result
   */
  public Tensor run(Tensor... arguments) {
    Shapes.check(
        arguments.length == inputs, "program of %d inputs, %d given", inputs, arguments.length);
    IValueVector stack = new IValueVector();
    for (Tensor argument : arguments) {
      stack.push_back(new IValue(argument.raw));
    }
    stack.push_back(constants);
    InferenceMode untracked = new InferenceMode(true); // spares libtorch all thought of gradients
    untracked.retainReference(); // it ends here, whatever scopes there are
    try {
      function.run(stack);
    } finally {
      untracked.deallocate();
    }
    return Native.own(stack.get(0).toTensor());
  }

  @Override
  public void close() {
    constants.close();
    function.close();
    owner.close();
  }
}
