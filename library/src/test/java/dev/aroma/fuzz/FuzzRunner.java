package dev.aroma.fuzz;

import com.sun.management.ThreadMXBean;
import dev.aroma.input.InputException;
import dev.aroma.report.Machine;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Runs cases and judges them: read, or refused by an {@link InputException} that names the file and
 * the place, in time, with no more memory than the files explain.
 */
public final class FuzzRunner {
  /** What a reader may allocate on the heap besides a multiple of the bytes that it reads. */
  private static final long ANY = 24L << 20;

  private static final long PER_BYTE = 600;

  /** Growth of resident memory that one case may cause; the heap is of a fixed size meanwhile. */
  private static final long RESIDENT = 256L << 20;

  /** How a case ended. */
  public enum Outcome {
    /** The damage did no harm. */
    READ,
    /** As it should be: in words for a person. */
    REFUSED,
    /** Something that must be mended. */
    FINDING
  }

  /**
   * A judged case.
   *
   * @param what for a finding, what went wrong; for a refusal, what it says
   */
  public record Verdict(Outcome outcome, String what) {}

  private final Path workplace;
  private final Duration patience;

  /**
   * A runner.
   *
   * @param workplace a directory for the cases' files
   * @param patience how long one case may take
   */
  public FuzzRunner(Path workplace, Duration patience) {
    this.workplace = workplace;
    this.patience = patience;
  }

  /** Writes a case's files, has them read, and takes them away again. */
  public Verdict run(FuzzCase input) {
    Path directory = workplace.resolve("case-" + input.number());
    input.write(directory);
    try {
      return judge(input, directory);
    } finally {
      FuzzCase.delete(directory);
    }
  }

  private Verdict judge(FuzzCase input, Path directory) {
    long[] allocated = {0};
    FutureTask<Optional<Throwable>> task =
        new FutureTask<>(() -> thrown(input.target(), directory, allocated));
    Thread thread = new Thread(task, "fuzz-" + input.number());
    thread.setDaemon(true);
    long before = Machine.residentBytes().orElse(0);
    thread.start();
    Optional<Throwable> thrown;
    try {
      thrown = task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return new Verdict(Outcome.FINDING, "hangs: " + where(thread.getStackTrace()));
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    long allowed = ANY + PER_BYTE * input.size();
    if (allocated[0] > allowed) {
      return finding("allocated %,d bytes for %,d in files", allocated[0], input.size());
    }
    long grown = Machine.residentBytes().orElse(0) - before;
    if (grown > RESIDENT) {
      return finding("resident memory grew by %,d bytes for %,d in files", grown, input.size());
    }
    return thrown.map(e -> ofThrown(input, e)).orElse(new Verdict(Outcome.READ, ""));
  }

  private static Verdict finding(String format, long found, long size) {
    return new Verdict(Outcome.FINDING, format.formatted(found, size));
  }

  private static Optional<Throwable> thrown(FuzzTarget target, Path directory, long[] allocated) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try {
      target.reading().read(directory);
      return Optional.empty();
    } catch (Throwable e) {
      return Optional.of(e);
    } finally {
      allocated[0] = threads.getCurrentThreadAllocatedBytes() - before;
    }
  }

  private static Verdict ofThrown(FuzzCase input, Throwable e) {
    if (!(e instanceof InputException)) {
      return new Verdict(Outcome.FINDING, e + " at " + where(e.getStackTrace()));
    }
    String message = e.getMessage();
    String name = Path.of(input.file()).getFileName().toString();
    boolean file = message.contains(name) || message.contains("case-" + input.number());
    if (!file) {
      return new Verdict(Outcome.FINDING, "does not name the file: " + message);
    }
    if (!Pattern.compile(input.target().places()).matcher(message).find()) {
      return new Verdict(Outcome.FINDING, "does not name the place: " + message);
    }
    return new Verdict(Outcome.REFUSED, message);
  }

  private static String where(StackTraceElement[] trace) {
    return Arrays.stream(trace)
        .limit(12)
        .map(StackTraceElement::toString)
        .collect(Collectors.joining(" < "));
  }
}
