package dev.aroma.cli;

import dev.aroma.input.InputException;
import dev.aroma.input.Suggestion;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells a person what went wrong, and turns it into an exit code. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private static final List<String> NO_MEMORY =
      List.of(
          "out of memory",
          "not enough memory",
          "can't allocate memory",
          "cublas_status_alloc_failed");

  private final Terminal terminal;
  private final BooleanSupplier debug;

  Failures(Terminal terminal, BooleanSupplier debug) {
    this.terminal = terminal;
    this.debug = debug;
  }

  /** For picocli, which wants writers. */
  static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, Charset.defaultCharset());
  }

  /** The names of a command's subcommands. */
  static String commands(CommandSpec spec) {
    return String.join(", ", shown(spec));
  }

  private static List<String> shown(CommandSpec spec) {
    return spec.subcommands().entrySet().stream()
        .filter(entry -> !entry.getValue().getCommandSpec().usageMessage().hidden())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** A mistake in the options of a config: wrong usage, as one in the command's own options. */
  static ParameterException wrongUsage(CommandSpec spec, InputException mistake) {
    return new ParameterException(spec.commandLine(), mistake.getMessage(), mistake);
  }

  @Override
  public int handleParseException(ParameterException wrong, String[] args) {
    CommandLine line = wrong.getCommandLine();
    terminal.err().println("aroma: " + wrong.getMessage() + meant(wrong, line.getCommandSpec()));
    if (!(wrong.getCause() instanceof InputException)) {
      String name = line.getCommandSpec().qualifiedName();
      terminal.err().println("  Try: " + name + " --help");
    }
    return ExitCode.USAGE;
  }

  private static String meant(ParameterException wrong, CommandSpec spec) {
    if (!(wrong instanceof UnmatchedArgumentException unmatched)) {
      return "";
    }
    String found = unmatched.getUnmatched().get(0);
    List<String> known = new ArrayList<>();
    if (found.startsWith("-")) {
      known.addAll(spec.optionsMap().keySet());
    } else {
      known.addAll(shown(spec));
    }
    int equals = found.indexOf('=');
    return Suggestion.clause(equals < 0 ? found : found.substring(0, equals), known);
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine line, ParseResult parsed) {
    return tell(e);
  }

  /** Tells in a line or two what ended the command, with its trace for those who asked. */
  int tell(Throwable e) {
    PrintStream err = terminal.err();
    if (e instanceof InputException) {
      err.println("aroma: " + e.getMessage());
    } else if (causes(e).anyMatch(Failures::isOutOfMemory)) {
      err.println("aroma: out of memory: " + firstLine(e));
      err.println("  Give a smaller --batch-size or --max-length, or end other programs.");
    } else if (e instanceof LinkageError) {
      err.println("aroma: a library could not be loaded: " + firstLine(root(e)));
      err.println("  Build Aroma again; if that does not help, report what --debug prints.");
    } else {
      err.println("aroma: this is a bug: " + firstLine(e));
      err.println("  Please report it, with what --debug prints.");
    }
    if (debug.getAsBoolean()) {
      e.printStackTrace(err);
    }
    return ExitCode.SOFTWARE;
  }

  /** Java's own, or as libtorch, CUDA and cuBLAS say it. */
  private static boolean isOutOfMemory(Throwable e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return e instanceof OutOfMemoryError || NO_MEMORY.stream().anyMatch(message::contains);
  }

  private static Stream<Throwable> causes(Throwable e) {
    return Stream.iterate(e, Objects::nonNull, Throwable::getCause).limit(20);
  }

  private static Throwable root(Throwable e) {
    return causes(e).reduce(e, (outer, inner) -> inner);
  }

  private static String firstLine(Throwable e) {
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return e.getMessage() == null ? e.getClass().getSimpleName() : message;
  }
}
