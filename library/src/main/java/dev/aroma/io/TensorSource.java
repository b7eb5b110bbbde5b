package dev.aroma.io;

import java.util.Set;

/** Tensors by name, read from somewhere. A tensor that was got outlives the source's closing. */
public interface TensorSource extends AutoCloseable {
  /** The names, in a stable order. */
  Set<String> names();

  default boolean contains(String name) {
    return names().contains(name);
  }

  /** The tensor of that name; an InputException that names near misses where there is none. */
  RawTensor get(String name);

  /** Where the tensors come from, for messages: a path. */
  String source();

  @Override
  void close();
}
