package dev.aroma.report;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code metrics.jsonl}: one {@link Event} a line, each handed to the system at once, so a killed
 * run loses at most the line it was writing.
 */
public final class MetricsLog implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;

  private MetricsLog(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens the log to append to, new or of a run that goes on.
   *
   * <p>A line torn by a kill is cut off first, so that it does not spoil the next one.
   */
  public static MetricsLog append(Path file) {
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        if (Files.isRegularFile(file)) {
          mend(file, channel);
        }
        return new MetricsLog(file, channel);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw RunFiles.cannotWrite(file, e);
    }
  }

  /**
   * Opens the log of a run that goes on from a checkpoint: cut off after that checkpoint's line, so
   * that each step stands in it once. Where the run was killed before it wrote that line, the line
   * is written now.
   *
   * @param checkpoint that the run goes on from, or null if it begins again with its first step
   * @throws InputException if a line before the last is no event
   */
  public static MetricsLog resume(Path file, Event.Checkpoint checkpoint) {
    boolean told = false;
    if (Files.exists(file)) {
      told = cut(file, checkpoint);
    }
    MetricsLog log = append(file);
    if (checkpoint != null && !told) {
      log.write(checkpoint);
    }
    return log;
  }

  /** Whether the checkpoint's line is there. */
  private static boolean cut(Path file, Event.Checkpoint checkpoint) {
    String text = RunFiles.read(file);
    int line = 0;
    int end = 0;
    boolean told = false;
    while (checkpoint != null && end < text.length() && !told) {
      int next = text.indexOf('\n', end) + 1;
      boolean last = next == 0;
      next = last ? text.length() : next;
      Event event = parse(text.substring(end, next), file + ", line " + ++line, last);
      if (event == null || event.step() > checkpoint.step()) {
        break;
      }
      told = event instanceof Event.Checkpoint && event.step() == checkpoint.step();
      end = next;
    }
    truncate(file, text.substring(0, end).getBytes(StandardCharsets.UTF_8).length);
    return told;
  }

  private static void truncate(Path file, int length) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(length);
    } catch (IOException e) {
      throw RunFiles.cannotWrite(file, e);
    }
  }

  /** Waits until all lines are on disk. */
  public synchronized void force() {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw RunFiles.cannotWrite(file, e);
    }
  }

  private static void mend(Path file, FileChannel channel) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    String tail = new String(bytes, end, bytes.length - end, StandardCharsets.UTF_8);
    boolean torn = parse(tail, file.toString(), true) == null;
    channel.truncate(torn ? end : bytes.length);
    channel.position(channel.size());
    if (!torn) {
      RunFiles.writeFully(channel, "\n");
    }
  }

  /** Appends one event. */
  public synchronized void write(Event event) {
    try {
      RunFiles.writeFully(channel, Json.line(event) + "\n");
    } catch (IOException e) {
      throw RunFiles.cannotWrite(file, e);
    }
  }

  @Override
  public synchronized void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw RunFiles.cannotWrite(file, e);
    }
  }

  /**
   * All events, a torn last line left out. Where a run went on from a checkpoint, what it had done
   * beyond that step is left out too, so steps only rise.
   *
   * @throws InputException if the file is missing or a line before the last is no event
   */
  public static List<Event> read(Path file) {
    String text = RunFiles.read(file);
    List<String> lines = text.lines().toList();
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      boolean last = i == lines.size() - 1 && !text.endsWith("\n");
      Event event = parse(lines.get(i), file + ", line " + (i + 1), last);
      if (event instanceof Event.Start start) {
        events.removeIf(before -> before.step() > start.step());
      }
      if (event != null) {
        events.add(event);
      }
    }
    return List.copyOf(events);
  }

  private static Event parse(String line, String where, boolean mayBeTorn) {
    if (line.isBlank()) {
      return null;
    }
    try {
      return Json.read(line, Event.class, where);
    } catch (InputException e) {
      if (mayBeTorn) {
        return null;
      }
      throw e;
    }
  }
}
