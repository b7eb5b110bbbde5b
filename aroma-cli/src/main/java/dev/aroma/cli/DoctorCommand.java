package dev.aroma.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.aroma.recipe.Check;
import dev.aroma.recipe.Doctor;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code aroma doctor}: what training depends on, a line each. */
@Command(
    name = "doctor",
    description = {
      "Look at everything that training depends on: JVM, CPU, libtorch, CUDA, memory, disks.",
      "",
      "A line each, and a hint below what is off. Exit code 0 unless training cannot work.",
      ""
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DoctorCommand implements Callable<Integer> {
  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  private final Terminal terminal;

  DoctorCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<Check> checks = Doctor.examine(System.getenv());
    if (json) {
      terminal.json(json(checks));
    } else {
      checks.forEach(this::print);
    }
    terminal.flush();
    boolean broken = checks.stream().anyMatch(check -> check.level() == Check.Level.BROKEN);
    return broken ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
  }

  private void print(Check check) {
    String mark =
        switch (check.level()) {
          case OK -> "ok  ";
          case NOTE -> "note";
          case BROKEN -> "FAIL";
        };
    terminal.out().println(Facts.format("%s  %-11s %s", mark, check.name(), check.value()));
    if (!check.hint().isEmpty()) {
      terminal.out().println(" ".repeat(18) + check.hint());
    }
  }

  private static ArrayNode json(List<Check> checks) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (Check check : checks) {
      array
          .addObject()
          .put("name", check.name())
          .put("value", check.value())
          .put("level", check.level().name().toLowerCase(Locale.ROOT))
          .put("hint", check.hint());
    }
    return array;
  }
}
