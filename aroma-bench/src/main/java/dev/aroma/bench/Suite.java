package dev.aroma.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * What {@link AgainstPeft} measures by one name: the same work for Aroma and for PEFT.
 *
 * @param name on the command line
 * @param main class that measures one configuration of Aroma
 * @param script that measures configurations of PEFT
 * @param ours command lines of Aroma, one a configuration, with all but device and precision
 * @param theirs those of PEFT
 */
record Suite(
    String name, Class<?> main, String script, List<List<String>> ours, List<List<String>> theirs) {
  /** Their names. */
  static final List<String> NAMES = List.of("encoder", "mrpc", "llama");

  /** Steps of an epoch of MRPC, 3,668 examples, at a batch of 32. */
  private static final int EPOCH = 115;

  private static final List<List<String>> ENCODERS =
      List.of(method("lora", 1), method("lora", 8), List.of("--method", "adalora"), method("full"));

  /**
   * By its name.
   *
   * @param cuda a CPU does fewer steps
   * @param bf16 whether PEFT's adapters in bfloat16 are a choice
   * @param given {@code --shape}, {@code --batches} (such as {@code 32x128,64x256}), {@code
   *     --steps}, {@code --warm} and {@code --mrpc} in place of the suite's own, {@code --only}
   *     methods apart by commas
   */
  static Suite named(String name, boolean cuda, boolean bf16, Arguments given) {
    return switch (name) {
      case "encoder" ->
          encoders(name, given, "roberta-base", "32x128,64x256", cuda ? 30 : 3, cuda ? 50 : 10)
              .only(given.text("--only", null));
      case "mrpc" ->
          encoders(name, given, "bert-base", "32x128", cuda ? EPOCH : 10, EPOCH)
              .adding("--mrpc", given.text("--mrpc", "shared/data/glue/MRPC"))
              .only(given.text("--only", null));
      case "llama" -> llamas(given, bf16).only(given.text("--only", null));
      default ->
          throw new IllegalArgumentException(
              "--suite: expected some of %s or all, found %s".formatted(NAMES, name));
    };
  }

  private static Suite encoders(
      String name, Arguments given, String shape, String batches, int warm, int steps) {
    List<List<String>> ours = new ArrayList<>();
    List<List<String>> theirs = new ArrayList<>();
    for (String batch : given.text("--batches", batches).split(",", -1)) {
      List<String> common = common(given, shape, batch, warm, steps);
      ours.add(joined(common, aroma()));
      ENCODERS.forEach(method -> ours.add(joined(common, method)));
      ENCODERS.forEach(method -> theirs.add(joined(common, method)));
    }
    return new Suite(name, Steps.class, "steps_peft.py", ours, theirs);
  }

  private static Suite llamas(Arguments given, boolean bf16) {
    List<List<String>> ours = new ArrayList<>();
    List<List<String>> theirs = new ArrayList<>();
    for (String batch : given.text("--batches", "4x256").split(",", -1)) {
      List<String> common = common(given, "llama3-8b", batch, 5, 15);
      ours.add(joined(common, aroma()));
      ours.add(joined(common, method("lora", 8)));
      for (String adapters : bf16 ? List.of("fp32", "bf16") : List.of("fp32")) {
        theirs.add(joined(joined(common, method("lora", 8)), List.of("--adapters", adapters)));
      }
    }
    return new Suite("llama", LlamaSteps.class, "llama_peft.py", ours, theirs);
  }

  private static List<String> common(
      Arguments given, String shape, String batch, int warm, int steps) {
    String[] sizes = batch.split("x", -1);
    if (sizes.length != 2) {
      throw new IllegalArgumentException(
          "--batches: expected such as 32x128,64x256, found " + batch);
    }
    return List.of(
        "--shape",
        given.text("--shape", shape),
        "--batch",
        sizes[0],
        "--length",
        sizes[1],
        "--warm",
        given.text("--warm", "" + warm),
        "--steps",
        given.text("--steps", "" + steps));
  }

  private static List<String> aroma() {
    return joined(method("aroma", 1), TimedTraining.STEADY);
  }

  private static List<String> method(String name) {
    return List.of("--method", name);
  }

  private static List<String> method(String name, int rank) {
    return List.of("--method", name, "--rank", "" + rank);
  }

  private static List<String> joined(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return List.copyOf(all);
  }

  /** With options added to every configuration. */
  Suite adding(String... words) {
    List<String> more = List.of(words);
    return new Suite(
        name,
        main,
        script,
        ours.stream().map(one -> joined(one, more)).toList(),
        theirs.stream().map(one -> joined(one, more)).toList());
  }

  /** The configurations of some methods alone; null for all. */
  private Suite only(String methods) {
    if (methods == null) {
      return this;
    }
    List<String> wanted = List.of(methods.split(",", -1));
    return new Suite(name, main, script, of(wanted, ours), of(wanted, theirs));
  }

  private static List<List<String>> of(List<String> methods, List<List<String>> all) {
    return all.stream()
        .filter(words -> methods.contains(new Arguments(words).text("--method", "")))
        .toList();
  }
}
