package dev.aroma.tensor;

import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.Pointer;

/**
 * oneDNN itself, beside the one within libtorch, whose functions cannot be called from outside.
 * Both use the same library of threads.
 */
final class Dnnl {
  /**
   * Primitives that it keeps for when the like is asked for, as a plan's blocks do of one another:
   * a product's takes 1 MB, and those of a plan that is closed must go.
   */
  private static final int SHARED = 16;

  /** Loads it; libtorch comes first, whose library of threads it then finds. */
  private static final class Loaded {
    static final engine ENGINE;
    static final stream STREAM;

    static {
      Engine.load();
      ENGINE = new engine(engine.kind.cpu, 0);
      STREAM = new stream(ENGINE);
      dnnl.set_primitive_cache_capacity(SHARED);
      ENGINE.retainReference(); // for good, whatever scope is open
      STREAM.retainReference();
    }
  }

  private Dnnl() {}

  /** Whether the processor is one that it has quick products for, in the layout that we use. */
  static boolean quick() {
    engine();
    int needed = dnnl.dnnl_cpu_isa_avx2;
    return (dnnl.dnnl_get_effective_cpu_isa() & needed) == needed;
  }

  static engine engine() {
    return Loaded.ENGINE;
  }

  static stream stream() {
    return Loaded.STREAM;
  }

  /** float32 elements by sizes and strides. */
  static memory.desc strided(long[] sizes, long... strides) {
    return new memory.desc(sizes, memory.data_type.f32, strides);
  }

  /** float32 elements in a layout of oneDNN's. */
  static memory.desc laidOut(memory.format_tag layout, long... sizes) {
    return new memory.desc(sizes, memory.data_type.f32, layout);
  }

  /** Elements that lie somewhere. */
  static memory at(memory.desc what, long address) {
    return new memory(what, engine(), pointer(address));
  }

  /** Primitives that are given their room for intermediate results. */
  static primitive_attr attributes() {
    primitive_attr attributes = new primitive_attr();
    attributes.set_scratchpad_mode(dnnl.scratchpad_mode.user);
    return attributes;
  }

  static Pointer pointer(long address) {
    return new Address(address);
  }

  private static final class Address extends Pointer {
    Address(long address) {
      super((Pointer) null);
      this.address = address;
    }
  }
}
