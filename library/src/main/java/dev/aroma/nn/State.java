package dev.aroma.nn;

import dev.aroma.input.InputException;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All that decides how something goes on, as named numbers and named tensors.
 *
 * <p>Whoever has such a state writes its own part of it with {@code put} and reads it back later.
 * What is read is checked: a state from a file may hold anything.
 */
public final class State {
  /** Where the tensors of a state come from. */
  public interface Source {
    /** Whether there is a tensor of this name. */
    boolean has(String name);

    /**
     * Fills a tensor.
     *
     * @throws InputException if there is none of this name, type and shape
     */
    void read(String name, Tensor into);
  }

  private final String where;
  private final String prefix;
  private final Map<String, double[]> numbers;
  private final Map<String, Tensor> tensors;
  private final Source source;

  /** An empty state, to be filled. */
  public State() {
    this("a state", "", new LinkedHashMap<>(), new LinkedHashMap<>(), null);
  }

  /**
   * A state that was written before.
   *
   * @param where it comes from, for messages
   * @param numbers by full name
   * @param source of the tensors, by full name
   */
  public State(String where, Map<String, double[]> numbers, Source source) {
    this(where, "", numbers, Map.of(), source);
  }

  private State(
      String where,
      String prefix,
      Map<String, double[]> numbers,
      Map<String, Tensor> tensors,
      Source source) {
    this.where = where;
    this.prefix = prefix;
    this.numbers = numbers;
    this.tensors = tensors;
    this.source = source;
  }

  /** What belongs to one part: the same state, with longer names. */
  public State part(String name) {
    return new State(where, prefix + name + ".", numbers, tensors, source);
  }

  // --- writing -----------------------------------------------------------------------------------

  /** Writes a number, or several. */
  public void put(String name, double... values) {
    numbers.put(prefix + name, values.clone());
  }

  /** Writes a whole number of at most 2⁵³. */
  public void put(String name, long value) {
    put(name, (double) value);
  }

  /** Writes a condition. */
  public void put(String name, boolean value) {
    put(name, value ? 1.0 : 0.0);
  }

  /** Writes conditions. */
  public void put(String name, boolean[] values) {
    double[] all = new double[values.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = values[i] ? 1 : 0;
    }
    put(name, all);
  }

  /** Writes a tensor: the handle itself, whose content must stay until the state is stored. */
  public void put(String name, Tensor tensor) {
    tensors.put(prefix + name, tensor);
  }

  /** All numbers by full name. */
  public Map<String, double[]> numbers() {
    return Collections.unmodifiableMap(numbers);
  }

  /** The tensors that were put, by full name. */
  public Map<String, Tensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  // --- reading -----------------------------------------------------------------------------------

  /** Whether there is a number or tensor of this name. */
  public boolean has(String name) {
    String full = prefix + name;
    return numbers.containsKey(full)
        || tensors.containsKey(full)
        || (source != null && source.has(full));
  }

  /** Several numbers. */
  public double[] numbers(String name, int count) {
    double[] found = numbers.get(prefix + name);
    if (found == null || found.length != count) {
      String what = found == null ? "none" : "" + found.length;
      throw wrong(name, count == 1 ? "a number" : count + " numbers", what);
    }
    return found.clone();
  }

  /** A number. */
  public double number(String name) {
    return numbers(name, 1)[0];
  }

  /** A whole number from 0 to a largest one. */
  public long whole(String name, long most) {
    double value = number(name);
    if (!(value >= 0 && value <= most) || value != Math.rint(value)) {
      throw wrong(name, "a whole number from 0 to " + most, "" + value);
    }
    return (long) value;
  }

  /** A whole number from 0 that an {@code int} holds. */
  public int count(String name) {
    return (int) whole(name, Integer.MAX_VALUE);
  }

  /** A condition. */
  public boolean flag(String name) {
    return whole(name, 1) == 1;
  }

  /** Conditions. */
  public boolean[] flags(String name, int count) {
    double[] values = numbers(name, count);
    boolean[] all = new boolean[count];
    for (int i = 0; i < count; i++) {
      all[i] = values[i] != 0;
    }
    return all;
  }

  /** Fills a tensor, on whatever device, with the one of this name, type and shape. */
  public void read(String name, Tensor into) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      if (source != null) {
        source.read(prefix + name, into);
        return;
      }
      Tensor found = tensors.get(prefix + name);
      if (found == null || !Arrays.equals(found.shape(), into.shape())) {
        throw wrong(name, into.toString(), found == null ? "none" : found.toString());
      }
      into.set(found);
    }
  }

  /** The tensor of this name, in new memory that is freed with the present scope. */
  public Tensor tensor(String name, DType dtype, Device device, long... shape) {
    Tensor tensor = Tensor.zeros(dtype, device, shape);
    read(name, tensor);
    return tensor;
  }

  /** What to say of a part that is not what it should be. */
  public InputException wrong(String name, String expected, String found) {
    return new InputException(
        "%s: expected %s under %s%s, found %s".formatted(where, expected, prefix, name, found),
        "The checkpoint is of another run or was damaged: remove it, so that the one before is"
            + " used.",
        "checkpoint-damaged");
  }
}
