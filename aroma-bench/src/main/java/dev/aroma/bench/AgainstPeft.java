package dev.aroma.bench;

import dev.aroma.io.JsonConfig;
import dev.aroma.tensor.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Times training steps of Aroma and of PEFT on this machine, and compares them.
 *
 * <pre>
 * AgainstPeft --suite encoder,mrpc,llama|all [--only aroma,lora] [--device cuda] [--precision bf16]
 *             [--cores 2] [--steps N] [--warm N] [--rounds 1] [--limit 300] [--output FILE]
 *             [--python python3] [--scripts aroma-bench/src/main/python]
 *             [--mrpc shared/data/glue/MRPC] [--shape NAME] [--batches 32x128,64x256]
 * </pre>
 *
 * <p>Each configuration of ours is a process of its own. On a GPU those of PEFT share one a suite,
 * since its imports take long; on a CPU, where the peak of a process is its memory, they do not.
 * Lines of JSON are added to the file as they come. What fails is told in a line and left out.
 */
public final class AgainstPeft {
  private static final List<String> OPTIONS =
      List.of(
          "--suite",
          "--only",
          "--device",
          "--precision",
          "--cores",
          "--steps",
          "--warm",
          "--rounds",
          "--limit",
          "--output",
          "--python",
          "--scripts",
          "--mrpc",
          "--shape",
          "--batches");

  private final Arguments given;
  private final String device;
  private final String precision;
  private final int cores;
  private final long limit;
  private final Path output;
  private final List<String> measured = new ArrayList<>();

  private AgainstPeft(Arguments given) {
    this.given = given;
    this.device = Device.of(given.text("--device", "auto")).id();
    this.precision = given.text("--precision", device.equals("cuda") ? "bf16" : "fp32");
    this.cores = (int) given.number("--cores", 0);
    this.limit = given.number("--limit", 300);
    this.output = Path.of(given.text("--output", "against-peft.jsonl"));
  }

  /** Runs it; see the class. Exits with 1 if something was not measured. */
  public static void main(String[] words) throws IOException {
    System.exit(new AgainstPeft(new Arguments(words).only(OPTIONS)).run() ? 0 : 1);
  }

  /** Whether all was measured. */
  static boolean measures(String... words) throws IOException {
    return new AgainstPeft(new Arguments(words).only(OPTIONS)).run();
  }

  private boolean run() throws IOException {
    String names = given.text("--suite", "");
    boolean good = true;
    for (int round = 0; round < given.number("--rounds", 1); round++) {
      for (String name : names.equals("all") ? Suite.NAMES : List.of(names.split(",", -1))) {
        good &= measure(Suite.named(name, device.equals("cuda"), precision.equals("bf16"), given));
      }
    }
    Ratios.print(Ratios.lines(output.toString(), measured));
    return good;
  }

  private boolean measure(Suite suite) throws IOException {
    Suite here = suite.adding("--device", device, "--precision", precision);
    boolean good = true;
    for (List<String> one : here.ours()) {
      List<String> words = new ArrayList<>(one);
      words.addAll(List.of("--rate", "true"));
      good &= child("Aroma " + method(one), OwnJvm.command(ownOptions(), here.main(), words), 1);
    }
    if (here.theirs().isEmpty()) {
      return good;
    }
    Path script = Path.of(given.text("--scripts", "aroma-bench/src/main/python"), here.script());
    if (!Files.exists(script)) {
      System.err.println("PEFT: not measured: no " + script + "; say --scripts DIRECTORY");
      return false;
    }
    if (device.equals("cuda")) {
      return child("PEFT", python(script, joined(here.theirs())), here.theirs().size()) && good;
    }
    for (List<String> one : here.theirs()) {
      good &= child("PEFT " + method(one), python(script, one), 1);
    }
    return good;
  }

  private static String method(List<String> words) {
    Arguments one = new Arguments(words);
    return "%s %sx%s"
        .formatted(one.text("--method", ""), one.text("--batch", ""), one.text("--length", ""));
  }

  /** Of this JVM: where its natives are, how much memory it may have. */
  private static List<String> ownOptions() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(word -> word.startsWith("-D") || word.startsWith("-X"))
        .toList();
  }

  /** Configurations for one process. */
  static List<String> joined(List<List<String>> configurations) {
    List<String> all = new ArrayList<>();
    for (List<String> one : configurations) {
      if (!all.isEmpty()) {
        all.add("--next");
      }
      all.addAll(one);
    }
    return all;
  }

  private List<String> python(Path script, List<String> words) {
    List<String> command = new ArrayList<>(List.of(given.text("--python", "python3")));
    command.add(script.toString());
    if (cores > 0) {
      command.addAll(List.of("--threads", "" + cores)); // those to come take it from the first
    }
    command.addAll(words);
    return command;
  }

  /** On as many cores as are asked for, where the system can do that. */
  private List<String> held(List<String> command) {
    if (cores == 0 || !Files.isExecutable(Path.of("/usr/bin/taskset"))) {
      return command;
    }
    List<String> all = new ArrayList<>(List.of("taskset", "-c", "0-" + (cores - 1)));
    all.addAll(command);
    return all;
  }

  private boolean child(String name, List<String> command, int configurations) throws IOException {
    Map<String, String> environment =
        cores == 0
            ? Map.of()
            : Map.of("OMP_NUM_THREADS", "" + cores, "OPENBLAS_NUM_THREADS", "" + cores);
    Optional<String> problem =
        new Child(held(command), environment, limit * configurations).run(this::take);
    problem.ifPresent(why -> System.err.println(name + ": not measured: " + why));
    return problem.isEmpty();
  }

  /** Keeps a measurement, and shows that it came. */
  private void take(String line) {
    if (Ratios.lines("", List.of(line)).isEmpty()) {
      return;
    }
    JsonConfig json = JsonConfig.parse("", line);
    System.out.printf(
        "%s %s %s: %.1f ms%n",
        json.requireString("who"),
        Ratios.variant(json),
        Ratios.batch(json),
        json.requireDouble("ms"));
    measured.add(line);
    try {
      Files.writeString(output, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
