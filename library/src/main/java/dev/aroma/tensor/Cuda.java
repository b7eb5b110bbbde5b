package dev.aroma.tensor;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;

/**
 * What of CUDA no Java class of the presets gives without CUDA's own: libtorch's current stream and
 * the driver, by the symbols of their libraries. To be used only where {@link Engine#cudaDevices}
 * is not 0.
 */
final class Cuda {
  private static final NativeLibrary C10 = NativeLibrary.getInstance("c10_cuda");
  private static final NativeLibrary DRIVER = NativeLibrary.getInstance("libcuda.so.1");

  private static final long MORE_THAN_THERE_IS = 1L << 40; // elements

  private Cuda() {}

  /** {@code c10::cuda::CUDAStream}, passed by value. */
  @Structure.FieldOrder({"type", "index", "id"})
  public static final class Stream extends Structure implements Structure.ByValue {
    public byte type;
    public byte index;
    public long id;
  }

  /** The stream that libtorch uses on this thread. */
  static Stream current() {
    return (Stream)
        C10.getFunction("_ZN3c104cuda20getCurrentCUDAStreamEa")
            .invoke(Stream.class, new Object[] {(byte) -1});
  }

  /** Has libtorch use another stream on this thread. */
  static void current(Stream stream) {
    C10.getFunction("_ZN3c104cuda20setCurrentCUDAStreamENS0_10CUDAStreamE")
        .invokeVoid(new Object[] {stream});
  }

  /** A stream beside the usual one. */
  static Stream another() {
    return (Stream)
        C10.getFunction("_ZN3c104cuda17getStreamFromPoolEba")
            .invoke(Stream.class, new Object[] {false, (byte) -1});
  }

  /** The driver's handle of a stream. */
  static Pointer handle(Stream stream) {
    Memory memory = new Memory(16);
    memory.clear();
    memory.setByte(0, stream.type);
    memory.setByte(1, stream.index);
    memory.setLong(8, stream.id);
    return C10.getFunction("_ZNK3c104cuda10CUDAStream6streamEv")
        .invokePointer(new Object[] {memory});
  }

  /** Waits for all work on the device. */
  static void synchronize() {
    check("cuCtxSynchronize", call("cuCtxSynchronize"));
  }

  /** Memory in use on the device, by whomever. */
  static long bytesInUse() {
    LongByReference free = new LongByReference();
    LongByReference total = new LongByReference();
    check("cuMemGetInfo", call("cuMemGetInfo_v2", free, total));
    return total.getValue() - free.getValue();
  }

  /**
   * Has libtorch give back the memory that it keeps for later. No symbol does that without classes
   * of CUDA, but it does it before it says that there is not enough.
   */
  static void trim() {
    CudaGraph.forgetPool();
    try (Scope scope = Scope.open()) {
      Tensor.zeros(DType.F32, Device.CUDA, 1); // there is a context to ask
      Tensor.zeros(DType.F32, Device.CUDA, MORE_THAN_THERE_IS);
    } catch (RuntimeException expected) {
      synchronize(); // what was freed is free now
    }
  }

  /** Whether what is being recorded on a stream can still become a graph. */
  static boolean recording(Stream stream) {
    IntByReference status = new IntByReference();
    return call("cuStreamIsCapturing", handle(stream), status) == 0 && status.getValue() == 1;
  }

  /** Ends a recording that came to nothing. */
  static void abandon(Stream stream) {
    call("cuStreamEndCapture", handle(stream), new Memory(8));
  }

  /** Calls the driver; 0 is success. */
  static int call(String name, Object... arguments) {
    return DRIVER.getFunction(name).invokeInt(arguments);
  }

  /** Refuses a result of the driver other than success. */
  static void check(String what, int result) {
    if (result != 0) {
      throw new IllegalStateException("CUDA: %s failed with error %d".formatted(what, result));
    }
  }
}
