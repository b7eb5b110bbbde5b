package dev.aroma.tensor;

import java.util.List;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Type;

/** An ATen operator by name, for those that have no Java method; gradients flow through it. */
final class Operator {
  private final OperatorHandle handle;
  private final List<String> options;

  /**
   * Finds an operator.
   *
   * @param name such as {@code aten::_flash_attention_forward}, with a dot and its overload's name
   *     where it has one
   * @param options names of trailing optional arguments, left at none where this libtorch has them:
   *     releases differ in their number
   * @throws RuntimeException if this libtorch has no such operator
   */
  Operator(String name, String... options) {
    Engine.load();
    String[] parts = name.split("\\.", 2);
    handle = Dispatcher.singleton().findSchemaOrThrow(parts[0], parts.length == 2 ? parts[1] : "");
    handle.retainReference();
    try (Scope scope = Scope.open()) {
      this.options =
          List.of(options).stream()
              .filter(option -> handle.schema().argumentIndexWithName(option).has_value())
              .toList();
    }
  }

  /**
   * Calls it.
   *
   * @param arguments tensors, longs, doubles, booleans, strings and nulls, as its schema has them,
   *     or what {@link #value} made of them before
   * @return its tensors in their order
   */
  Tensor[] call(Object... arguments) {
    IValueVector stack = new IValueVector();
    for (Object argument : arguments) {
      stack.push_back(value(argument));
    }
    options.forEach(option -> stack.push_back(new IValue()));
    handle.callBoxed(stack);
    Tensor[] results = new Tensor[(int) stack.size()];
    for (int i = 0; i < results.length; i++) {
      // a handle of its own: that of the stack goes with the stack
      results[i] = Native.own(stack.get(i).toTensor());
    }
    return results;
  }

  /** An empty list of the type that an argument has, which may be kept. */
  IValue emptyList(int argument) {
    Type.TypePtr list = handle.schema().arguments().getPointer(argument).real_type();
    return new IValue(new GenericList(list.get().containedType(0)));
  }

  /** An argument in libtorch's terms, freed with the present scope if it is not kept. */
  static IValue value(Object argument) {
    if (argument == null) {
      return new IValue();
    }
    if (argument instanceof IValue made) {
      return made;
    }
    if (argument instanceof String text) {
      return new IValue(text);
    }
    if (argument instanceof Tensor tensor) {
      return new IValue(tensor.raw);
    }
    if (argument instanceof Boolean flag) {
      return new IValue(flag.booleanValue());
    }
    return argument instanceof Double number
        ? new IValue(number.doubleValue())
        : new IValue(((Number) argument).longValue());
  }
}
