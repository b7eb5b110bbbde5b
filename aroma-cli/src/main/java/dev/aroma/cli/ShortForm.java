package dev.aroma.cli;

import dev.aroma.recipe.Config;
import dev.aroma.recipe.Recipes;
import dev.aroma.recipe.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Options of a config that are short to give: {@code --lr} is {@code train.learning-rate}. */
enum ShortForm {
  MODEL("--model", "model.path", "DIR|ID"),
  ADAPTER("--adapter", "model.adapter", "DIR"),
  TASK("--task", "task.name", "NAME"),
  DATA("--data", "task.data", "PATH"),
  METHOD("--method", "method.name", "NAME"),
  RANK("--rank", "method.rank", "N"),
  LR("--lr", "train.learning-rate", "RATE"),
  BATCH_SIZE("--batch-size", "train.batch-size", "N"),
  EPOCHS("--epochs", "train.epochs", "N"),
  MAX_STEPS("--max-steps", "train.max-steps", "N"),
  MAX_LENGTH("--max-length", "task.max-length", "TOKENS"),
  SEED("--seed", "train.seed", "N"),
  DEVICE("--device", "engine.device", "NAME"),
  PRECISION("--precision", "engine.precision", "NAME"),
  OUTPUT("--output", "output", "DIR"),
  TEXT_COLUMN("--text-column", "task.text-column", "NAME"),
  PAIR_COLUMN("--pair-column", "task.pair-column", "NAME"),
  LABEL_COLUMN("--label-column", "task.label-column", "NAME"),
  DEV_FILE("--dev-file", "task.dev-file", "FILE");

  private final String flag;
  private final String key;
  private final String value;

  ShortForm(String flag, String key, String value) {
    this.flag = flag;
    this.key = key;
    this.value = value;
  }

  /** Those of a run that hold for many runs too: not its method, seed, task and directory. */
  static final List<ShortForm> COMMON =
      Arrays.stream(values())
          .filter(form -> !List.of(ADAPTER, TASK, METHOD, RANK, SEED, OUTPUT).contains(form))
          .toList();

  /** Adds some to a command; what they do is told by the option that they stand for. */
  static void addTo(CommandSpec spec, List<ShortForm> forms) {
    Reference reference = Recipes.reference();
    for (ShortForm form : forms) {
      spec.addOption(
          OptionSpec.builder(form.flag)
              .paramLabel(form.value)
              .type(String.class)
              .description(form.help(reference))
              .build());
    }
  }

  /** Picocli formats descriptions: a percent sign must be doubled. */
  private String help(Reference reference) {
    return reference.entries().stream()
        .filter(entry -> entry.key().equals(key))
        .findFirst()
        .map(
            entry -> (entry.help() + " [" + key + "; " + byDefault(entry) + "]").replace("%", "%%"))
        .orElseThrow(() -> new IllegalStateException(flag + " stands for no option: " + key));
  }

  private static String byDefault(Reference.Entry entry) {
    return entry.byDefault().isEmpty() ? "no default" : "default " + entry.byDefault();
  }

  /** What was given, if it was. */
  Optional<String> in(ParseResult parsed) {
    return Optional.ofNullable(parsed.matchedOptionValue(flag, null));
  }

  /** Lays those that were given over a config. */
  static Config overlay(Config config, ParseResult parsed, List<ShortForm> forms) {
    Config result = config;
    for (ShortForm form : forms) {
      Optional<String> given = form.in(parsed);
      if (given.isPresent()) {
        result = result.with(form.key, given.get(), form.flag);
      }
    }
    return result;
  }

  /** Lays all that were given over a config. */
  static Config overlay(Config config, ParseResult parsed) {
    Config result = config;
    Optional<String> method = METHOD.in(parsed);
    if (method.isPresent()) {
      result = Recipes.withMethod(result, method.get(), METHOD.flag);
    }
    List<ShortForm> others = Arrays.stream(values()).filter(form -> form != METHOD).toList();
    return overlay(result, parsed, others);
  }
}
