package dev.aroma.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The machine of a run.
 *
 * @param os name and version
 * @param arch such as amd64
 * @param cpu the processor's model, or the arch where the system does not say
 * @param cores that this process may use
 * @param memoryBytes of the machine; 0 if unknown
 * @param accelerator such as a GPU's name, or null
 * @param threads that one operation may use; null where it is not known
 * @param capability the instructions that libtorch chose, such as AVX512; null where not known
 */
public record Machine(
    String os,
    String arch,
    String cpu,
    int cores,
    long memoryBytes,
    String accelerator,
    Integer threads,
    String capability) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final Path STATUS = Path.of("/proc/self/status");

  /**
   * This machine.
   *
   * @param accelerator what computes beside the CPU, or null
   */
  public static Machine current(String accelerator) {
    String arch = System.getProperty("os.arch");
    // From /proc, not from the JDK's management module, which a slim runtime image leaves out.
    long memory = kilobytes(MEMORY, "MemTotal").orElse(0);
    return new Machine(
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        arch,
        field(CPU_INFO, "model name").orElse(arch),
        Runtime.getRuntime().availableProcessors(),
        memory,
        accelerator,
        null,
        null);
  }

  /** This machine, with what the tensor engine makes of it: sums depend on both in their bits. */
  public Machine computing(int withThreads, String withCapability) {
    return new Machine(os, arch, cpu, cores, memoryBytes, accelerator, withThreads, withCapability);
  }

  /** The most memory that this process ever held, in bytes, where the system says (Linux). */
  public static OptionalLong peakResidentBytes() {
    return peak(STATUS);
  }

  /** The memory that this process holds now, in bytes, where the system says (Linux). */
  public static OptionalLong residentBytes() {
    return kilobytes(STATUS, "VmRSS");
  }

  /** Memory that programs could still get, in bytes, where the system says (Linux). */
  public static Optional<Long> availableBytes() {
    OptionalLong bytes = kilobytes(MEMORY, "MemAvailable");
    return bytes.isPresent() ? Optional.of(bytes.getAsLong()) : Optional.empty();
  }

  /** The processor's features as the system spells them, parted by blanks (Linux); else empty. */
  public static String cpuFlags() {
    return field(CPU_INFO, "flags").orElse("");
  }

  static OptionalLong peak(Path status) {
    return kilobytes(status, "VmHWM");
  }

  /** A {@code name : number kB} of a file under /proc, in bytes. */
  private static OptionalLong kilobytes(Path file, String name) {
    return field(file, name)
        .map(text -> text.replaceAll("\\D", ""))
        .filter(digits -> !digits.isEmpty() && digits.length() < 16)
        .map(digits -> OptionalLong.of(Long.parseLong(digits) * 1024))
        .orElse(OptionalLong.empty());
  }

  /** The first {@code name : value} of a file under /proc, if the file and the name are there. */
  static Optional<String> field(Path file, String name) {
    try {
      return Files.readString(file)
          .lines()
          .filter(line -> line.startsWith(name))
          .filter(line -> line.contains(":"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    } catch (IOException | RuntimeException e) {
      // Not Linux, or a locked-down container; the manifest does without.
      return Optional.empty();
    }
  }
}
