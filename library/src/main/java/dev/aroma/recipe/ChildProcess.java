package dev.aroma.recipe;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Runs each cell in a process of its own, so that its memory is its own and a crash ends no other.
 *
 * <p>The process is asked to stop by the end of its standard input, which also comes when this
 * process dies, however it dies.
 */
public final class ChildProcess implements CellRunner {
  /** Exit code of a process that ended because it was asked to. */
  public static final int STOPPED = 130;

  private static final int POLL_MILLIS = 100;
  private static final String MISTAKE = "aroma: ";

  private final List<String> command;

  /**
   * @param command that runs a cell: a config file and an output directory are added to it. It must
   *     end cleanly, with {@link #STOPPED}, when its standard input ends.
   */
  public ChildProcess(List<String> command) {
    this.command = List.copyOf(command);
  }

  @Override
  public void run(
      RunOptions options, Path config, Path log, Consumer<String> progress, BooleanSupplier stop)
      throws CellFailure, IOException {
    List<String> words = new ArrayList<>(command);
    words.add(config.toString());
    words.add(options.output().toString());
    PrintWriter file = new PrintWriter(Files.newBufferedWriter(log), true);
    Process process;
    try {
      process = new ProcessBuilder(words).redirectErrorStream(true).start();
    } catch (IOException e) {
      file.close();
      throw e;
    }
    List<String> said = new ArrayList<>();
    Thread reader = new Thread(() -> read(process, file, said, progress), "aroma-cell-output");
    reader.setDaemon(true);
    reader.start();
    try {
      int code = await(process, stop);
      reader.join(TimeUnit.SECONDS.toMillis(5));
      if (code != 0 && !stop.getAsBoolean()) {
        throw new CellFailure(reason(code, said, log));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CellFailure("interrupted");
    } finally {
      process.destroy();
    }
  }

  private static int await(Process process, BooleanSupplier stop)
      throws InterruptedException, IOException {
    boolean asked = false;
    while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
      if (!asked && stop.getAsBoolean()) {
        asked = true;
        process.getOutputStream().close();
      }
    }
    return process.exitValue();
  }

  private static void read(
      Process process, PrintWriter log, List<String> said, Consumer<String> progress) {
    try (log;
        BufferedReader lines = process.inputReader(Charset.defaultCharset())) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.println(line);
        synchronized (said) {
          said.add(line);
        }
        if (line.startsWith("step ")) {
          progress.accept(line);
        }
      }
    } catch (IOException e) {
      // It says no more; how the process ended tells the rest.
      return;
    }
  }

  private static String reason(int code, List<String> said, Path log) {
    synchronized (said) {
      for (int i = said.size() - 1; i >= 0; i--) {
        if (said.get(i).startsWith(MISTAKE)) {
          String first = said.get(i).substring(MISTAKE.length());
          return String.join(
              "\n", first, String.join("\n", said.subList(i + 1, said.size())).stripTrailing());
        }
      }
    }
    return "its process ended with exit code %d; what it said is in %s".formatted(code, log);
  }

  @Override
  public boolean ownProcess() {
    return true;
  }
}
