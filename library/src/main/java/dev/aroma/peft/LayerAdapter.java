package dev.aroma.peft;

import dev.aroma.nn.Adapter;
import dev.aroma.nn.Parameter;
import java.util.List;

/** An adapter of one layer with parameters of its own. */
interface LayerAdapter extends Adapter {
  /** What is trained, in a fixed order. */
  List<Parameter> parameters();

  /** Components of the change; 0 where it has none. */
  int rank();

  /** What was learned so far; its tensors may be views of the parameters. */
  Change change();

  /** Frees what it holds; most hold nothing but parameters. */
  default void free() {
    parameters().forEach(Parameter::unload);
  }
}
