package dev.aroma.cli;

import dev.aroma.data.BenchmarkOptions;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** How a model that writes is asked by benchmarks; what is not given is as the run has it. */
final class BenchmarkArguments {
  /** The words that picocli checks; as a config spells them. */
  enum Mode {
    generate,
    likelihood,
    none
  }

  @Option(
      names = "--sets",
      paramLabel = "NAME",
      split = ",",
      description = "Task commonsense: test sets, parted by commas; all that are there.")
  private List<String> sets;

  @Option(
      names = "--mode",
      paramLabel = "NAME",
      description =
          "Task commonsense: ${COMPLETION-CANDIDATES}. The model writes its answer, or the most"
              + " probable listed answer counts, which is faster.")
  private Mode mode;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Task commonsense: most questions of a set; 0 for all.")
  private Integer limit;

  @Option(
      names = "--beams",
      paramLabel = "N",
      description = "Beams of --mode generate; 1 is greedy.")
  private Integer beams;

  boolean given() {
    return sets != null || mode != null || limit != null || beams != null;
  }

  BenchmarkOptions over(BenchmarkOptions otherwise) {
    return new BenchmarkOptions(
        mode == null
            ? otherwise.mode()
            : BenchmarkOptions.Mode.valueOf(mode.name().toUpperCase(Locale.ROOT)),
        sets == null ? otherwise.sets() : sets,
        limit == null ? otherwise.limit() : Math.max(0, limit),
        beams == null ? otherwise.beams() : Math.max(1, beams),
        otherwise.tokens());
  }
}
