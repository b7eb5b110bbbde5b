package dev.aroma.tensor;

import com.sun.jna.NativeLibrary;
import com.sun.jna.ptr.IntByReference;
import java.util.Optional;

/**
 * NVIDIA's driver, asked without libtorch: so that one can say why libtorch sees no device.
 *
 * @param version the newest CUDA that it runs, 1000 · major + 10 · minor
 * @param devices how many there are
 * @param name of the first device; empty where there is none
 */
public record CudaDriver(int version, int devices, String name) {
  private static final int NAME_BYTES = 256;

  /** The driver of this machine, or nothing where none is installed. */
  public static Optional<CudaDriver> find() {
    try {
      NativeLibrary cuda = NativeLibrary.getInstance("cuda");
      IntByReference version = new IntByReference();
      IntByReference count = new IntByReference();
      cuda.getFunction("cuDriverGetVersion").invokeInt(new Object[] {version});
      int failed = cuda.getFunction("cuInit").invokeInt(new Object[] {0});
      if (failed == 0) {
        cuda.getFunction("cuDeviceGetCount").invokeInt(new Object[] {count});
      }
      byte[] name = new byte[NAME_BYTES];
      if (count.getValue() > 0) {
        cuda.getFunction("cuDeviceGetName").invokeInt(new Object[] {name, NAME_BYTES, 0});
      }
      return Optional.of(
          new CudaDriver(version.getValue(), count.getValue(), com.sun.jna.Native.toString(name)));
    } catch (LinkageError e) {
      return Optional.empty(); // no library of the driver
    }
  }

  /** As people write it, such as 12.4. */
  public String cuda() {
    return version / 1000 + "." + version % 1000 / 10;
  }
}
