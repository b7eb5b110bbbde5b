package dev.aroma.tensor;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** CUDA kernels of our own, compiled by NVRTC for the device at hand and launched in its order. */
public final class CudaKernels {
  private static final List<String> NVRTC = List.of("nvrtc", "libnvrtc.so.13", "libnvrtc.so.12");
  private static final int MAJOR = 75; // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR
  private static final int MINOR = 76;
  private static final int MULTIPROCESSORS = 16; // CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT
  private static final int HOPPER = 90; // the capability with the first feature set of its own
  private static final int MOST_SHARED = 8; // CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES

  private final Pointer module;
  private final Map<String, Pointer> functions = new HashMap<>();

  private CudaKernels(Pointer module) {
    this.module = module;
  }

  /**
   * Compiles CUDA C; it stays loaded for good.
   *
   * @param source without includes, its kernels being {@code extern "C"}
   * @throws IllegalStateException if NVRTC is not there or refuses it, or the driver does
   */
  public static CudaKernels compile(String source) {
    return loaded(cubin(source, architecture()));
  }

  /**
   * {@link #compile} on a thread of its own.
   *
   * @return waits for it and loads it, on the thread that asks
   */
  public static Supplier<CudaKernels> compiling(String source) {
    String architecture = architecture();
    CompletableFuture<Memory> image =
        CompletableFuture.supplyAsync(() -> cubin(source, architecture));
    return () -> loaded(image.join());
  }

  private static CudaKernels loaded(Memory image) {
    PointerByReference module = new PointerByReference();
    Cuda.check("cuModuleLoadData", Cuda.call("cuModuleLoadData", module, image));
    return new CudaKernels(module.getValue());
  }

  private static String architecture() {
    return "--gpu-architecture=sm_" + capability() + (hopper() ? "a" : "");
  }

  private static Memory cubin(String source, String architecture) {
    NativeLibrary nvrtc = nvrtc();
    PointerByReference program = new PointerByReference();
    call(nvrtc, "nvrtcCreateProgram", program, source, "aroma.cu", 0, Pointer.NULL, Pointer.NULL);
    String[] options = {architecture};
    int result =
        nvrtc
            .getFunction("nvrtcCompileProgram")
            .invokeInt(new Object[] {program.getValue(), options.length, options});
    LongByReference size = new LongByReference();
    if (result != 0) {
      call(nvrtc, "nvrtcGetProgramLogSize", program.getValue(), size);
      Memory log = new Memory(size.getValue());
      call(nvrtc, "nvrtcGetProgramLog", program.getValue(), log);
      throw new IllegalStateException("NVRTC refused our kernels: " + log.getString(0));
    }
    call(nvrtc, "nvrtcGetCUBINSize", program.getValue(), size);
    Memory image = new Memory(size.getValue());
    call(nvrtc, "nvrtcGetCUBIN", program.getValue(), image);
    call(nvrtc, "nvrtcDestroyProgram", program);
    return image;
  }

  private static NativeLibrary nvrtc() {
    UnsatisfiedLinkError last = null;
    for (String name : NVRTC) {
      try {
        return NativeLibrary.getInstance(name);
      } catch (UnsatisfiedLinkError e) {
        last = e;
      }
    }
    throw new IllegalStateException("CUDA's compiler (libnvrtc) was not found", last);
  }

  private static void call(NativeLibrary library, String name, Object... arguments) {
    Cuda.check(name, library.getFunction(name).invokeInt(arguments));
  }

  private static int capability() {
    return 10 * attribute(MAJOR) + attribute(MINOR);
  }

  /** Whether the device has what is Hopper's alone: products of warp groups. */
  public static boolean hopper() {
    return capability() == HOPPER;
  }

  /** Multiprocessors of the device. */
  public static int multiprocessors() {
    return attribute(MULTIPROCESSORS);
  }

  private static int attribute(int which) {
    IntByReference value = new IntByReference();
    Cuda.check("cuDeviceGetAttribute", Cuda.call("cuDeviceGetAttribute", value, which, 0));
    return value.getValue();
  }

  /**
   * Launches a kernel on libtorch's current stream.
   *
   * @param columns blocks in x
   * @param rows blocks in y
   * @param threads of a block
   * @param arguments tensors (their first element's address; null for none), ints, longs, floats,
   *     in the kernel's order and types; an array of longs is a structure of 8-byte fields
   */
  public void launch(String name, long columns, long rows, int threads, Object... arguments) {
    launch(function(name), new int[] {(int) columns, (int) rows, threads, 0}, name, arguments);
  }

  /**
   * {@link #launch} of blocks that share memory of a size of their own.
   *
   * @param shared bytes of a block
   */
  public void launchSharing(String name, int blocks, int threads, int shared, Object... arguments) {
    Pointer function = function(name);
    Cuda.check(name, Cuda.call("cuFuncSetAttribute", function, MOST_SHARED, shared));
    launch(function, new int[] {blocks, 1, threads, shared}, name, arguments);
  }

  private static void launch(Pointer function, int[] size, String name, Object... arguments) {
    Memory values = new Memory(Stream.of(arguments).mapToLong(CudaKernels::bytes).sum());
    Memory addresses = new Memory((long) Native.POINTER_SIZE * arguments.length);
    long at = 0;
    for (int i = 0; i < arguments.length; i++) {
      put(values, at, arguments[i]);
      addresses.setPointer((long) Native.POINTER_SIZE * i, values.share(at));
      at += bytes(arguments[i]);
    }
    int result =
        Cuda.call(
            "cuLaunchKernel",
            function,
            size[0],
            size[1],
            1,
            size[2],
            1,
            1,
            size[3],
            Cuda.handle(Cuda.current()),
            addresses,
            Pointer.NULL);
    Cuda.check(name, result);
  }

  private static long bytes(Object argument) {
    return argument instanceof long[] fields ? 8L * fields.length : 8;
  }

  private static void put(Memory values, long at, Object argument) {
    if (argument == null) {
      values.setLong(at, 0);
    } else if (argument instanceof Tensor tensor) {
      values.setLong(at, tensor.address());
    } else if (argument instanceof Integer number) {
      values.setInt(at, number);
    } else if (argument instanceof Float number) {
      values.setFloat(at, number);
    } else if (argument instanceof long[] fields) {
      values.write(at, fields, 0, fields.length);
    } else {
      values.setLong(at, (Long) argument);
    }
  }

  /** Has the driver load a kernel now: while work is recorded it may not. */
  public CudaKernels ready(String name) {
    function(name);
    return this;
  }

  private Pointer function(String name) {
    return functions.computeIfAbsent(
        name,
        key -> {
          PointerByReference function = new PointerByReference();
          Cuda.check(key, Cuda.call("cuModuleGetFunction", function, module, key));
          return function.getValue();
        });
  }
}
