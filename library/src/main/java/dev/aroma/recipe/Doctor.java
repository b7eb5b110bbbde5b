package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.io.CacheDirectory;
import dev.aroma.io.EmbeddedModel;
import dev.aroma.io.Hub;
import dev.aroma.report.Machine;
import dev.aroma.tensor.EngineCheck;
import dev.aroma.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks at everything that training depends on; what does not work becomes a line with a hint. */
public final class Doctor {
  private static final double GB = 1e9;
  private static final double LITTLE_MEMORY = 2 * GB;
  private static final double LITTLE_DISK = 1 * GB;

  private final Map<String, String> environment;
  private final List<Check> checks = new ArrayList<>();

  private Doctor(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * All checks; takes about two seconds.
   *
   * @param environment the environment's variables
   */
  public static List<Check> examine(Map<String, String> environment) {
    Doctor doctor = new Doctor(environment);
    doctor.machine();
    doctor.checks.addAll(LibtorchChecks.of(EngineCheck.failure()));
    doctor.tokenizers();
    doctor.disks();
    return List.copyOf(doctor.checks);
  }

  private void machine() {
    long heap = Runtime.getRuntime().maxMemory();
    checks.add(
        Check.unless(
            heap < GB / 2,
            "java",
            "%s %s, heap at most %s"
                .formatted(
                    System.getProperty("java.version"),
                    System.getProperty("java.vendor"),
                    gb(heap)),
            "Give the JVM more: JAVA_OPTS=-Xmx1g. Tensors lie outside of the heap."));
    Machine machine = Machine.current(null);
    checks.add(Check.ok("platform", machine.os() + " " + machine.arch()));
    checks.add(
        Check.ok("cpu", "%s, %d cores%s".formatted(machine.cpu(), machine.cores(), flags())));
    Optional<Long> free = Machine.availableBytes();
    checks.add(
        Check.unless(
            free.isPresent() && free.get() < LITTLE_MEMORY,
            "memory",
            "%s, %s free".formatted(gb(machine.memoryBytes()), free.map(Doctor::gb).orElse("? ")),
            "End other programs, or take a smaller model, --batch-size or --max-length."));
  }

  private static String flags() {
    String all = " " + Machine.cpuFlags() + " ";
    String found =
        Stream.of("avx2", "avx512f", "avx512_bf16", "amx_bf16")
            .filter(flag -> all.contains(" " + flag + " "))
            .collect(Collectors.joining(", "));
    return found.isEmpty() ? "" : ", " + found;
  }

  private void tokenizers() {
    if (!EmbeddedModel.isPresent()) {
      checks.add(Check.ok("tokenizers", "not tried: no embedded tokenizer"));
      return;
    }
    try (TextTokenizer tokenizer = TextTokenizer.ofResource(EmbeddedModel.TOKENIZER, 8)) {
      tokenizer.encode("a");
      checks.add(Check.ok("tokenizers", "the native library works"));
    } catch (InputException e) {
      List<String> lines = e.getMessage().lines().map(String::strip).toList();
      checks.add(Check.broken("tokenizers", lines.get(0), lines.get(1)));
    }
  }

  private void disks() {
    checks.add(cache("cache", CacheDirectory.resolve(environment)));
    checks.add(cache("hub cache", Hub.cache(environment)));
    Path here = Path.of("").toAbsolutePath();
    try {
      long free = Files.getFileStore(here).getUsableSpace();
      boolean off = free < LITTLE_DISK || !Files.isWritable(here);
      String value =
          "%s free in %s%s"
              .formatted(gb(free), here, Files.isWritable(here) ? "" : ", not writable");
      checks.add(
          Check.unless(off, "disk", value, "Free some space, or give --output another disk."));
    } catch (IOException e) {
      checks.add(
          Check.note(
              "disk",
              e.toString(),
              "Start in a directory whose disk answers, or give --output one."));
    }
  }

  /** What is not there yet can be made if its nearest parent can be written to. */
  private static Check cache(String name, Path directory) {
    Path nearest = directory.toAbsolutePath();
    while (nearest.getParent() != null && !Files.exists(nearest)) {
      nearest = nearest.getParent();
    }
    boolean writable = Files.isDirectory(nearest) && Files.isWritable(nearest);
    String size = Files.isDirectory(directory) ? gb(size(directory)) : "not there yet";
    return Check.unless(
        !writable,
        name,
        "%s, %s%s".formatted(directory, size, writable ? "" : ", not writable"),
        "Make it writable, or choose another: XDG_CACHE_HOME (both), HF_HOME (the hub's).");
  }

  private static long size(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException | RuntimeException e) {
      return 0; // something in it cannot be read, which is no concern here
    }
  }

  private static String gb(long bytes) {
    return String.format(Locale.ROOT, "%.1f GB", bytes / GB);
  }
}
