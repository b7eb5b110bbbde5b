package dev.aroma.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code aroma} command. */
@Command(
    name = "aroma",
    description = "Fine-tune transformers on the JVM with AROMA, and use the result.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "Begin with: aroma train   (the embedded model and task; a few minutes)",
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C."
    })
public final class Main implements Runnable {
  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of a bug (also: AROMA_DEBUG=1).")
  private boolean debug = System.getenv("AROMA_DEBUG") != null;

  @Spec private CommandSpec spec;

  private Main() {}

  /** Runs the command and exits with its code. */
  public static void main(String[] args) {
    Interruption interruption = new Interruption(System.err);
    interruption.install();
    int code;
    try {
      code = run(Terminal.standard(), interruption, args);
    } finally {
      interruption.over(); // whatever happened: the shutdown waits for this
    }
    System.exit(code);
  }

  /** Runs the command; returns its exit code. */
  static int run(Terminal terminal, Interruption interruption, String... args) {
    Main main = new Main();
    Invocation invocation = Invocation.of(terminal, interruption, args);
    Failures failures = new Failures(terminal, () -> main.debug);
    CommandLine line =
        new CommandLine(main)
            .addSubcommand(TrainCommand.line(invocation))
            .addSubcommand(new EvalCommand(terminal))
            .addSubcommand(new PredictCommand(terminal))
            .addSubcommand(new GenerateCommand(terminal))
            .addSubcommand(new InspectCommand(terminal))
            .addSubcommand(new ReportCommand(terminal))
            .addSubcommand(ImportCommand.line(invocation))
            .addSubcommand(new ExportCommand(terminal))
            .addSubcommand(new MergeCommand(terminal))
            .addSubcommand(CompareCommand.line(invocation))
            .addSubcommand(new ReproduceCommand(terminal, interruption))
            .addSubcommand(new ValidateCommand(terminal))
            .addSubcommand(new DoctorCommand(terminal))
            .addSubcommand(new CellCommand(terminal, interruption))
            .addSubcommand(new ConfigCommand(terminal))
            .addSubcommand(new RecipesCommand(terminal));
    line.getSubcommands()
        .values()
        .forEach(sub -> sub.getCommandSpec().versionProvider(new Version()));
    Ansi ansi = terminal.outColour() ? Ansi.ON : Ansi.OFF;
    line.setExpandAtFiles(false) // a text may begin with an @
        .setColorScheme(CommandLine.Help.defaultColorScheme(ansi))
        .setOut(Failures.writer(terminal.out()))
        .setErr(Failures.writer(terminal.err()))
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures);
    try {
      return line.execute(args);
    } catch (Throwable e) { // picocli hands on exceptions, but lets errors through
      return failures.tell(e);
    }
  }

  /** Without a subcommand. */
  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "Expected a command: " + Failures.commands(spec) + ".");
  }
}
