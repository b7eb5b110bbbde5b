package dev.aroma.io;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Brings one file into {@code blobs/}: resumes what an earlier try left in {@code
 * <etag>.incomplete}, checks size and checksum, and only then gives it its name.
 */
final class HubDownload {
  private static final Object IN_THIS_PROCESS = new Object();
  private static final int TRIES = 3;
  private static final Pattern ETAG = Pattern.compile("[A-Za-z0-9_-]{1,128}");

  /** What the hub says about a file. */
  record Description(URI uri, String commit, String etag, OptionalLong size) {}

  private final HubClient client;
  private final HubSettings settings;
  private final HubCache cache;
  private final Hub.Progress progress;

  HubDownload(HubClient client, HubSettings settings, HubCache cache, Hub.Progress progress) {
    this.client = client;
    this.settings = settings;
    this.cache = cache;
    this.progress = progress;
  }

  /** Reads etag, commit and size from the headers of the hub's answer. */
  static Description describe(HubClient.Answer answer, URI uri) {
    String linked = answer.header("X-Linked-Etag");
    String etag = (linked.isEmpty() ? answer.header("ETag") : linked);
    etag = etag.replaceFirst("^W/", "").replace("\"", "");
    String commit = answer.header("X-Repo-Commit");
    if (!ETAG.matcher(etag).matches() || !HubCache.isCommit(commit)) {
      throw HubErrors.badAnswer(uri, "expected the headers ETag and X-Repo-Commit");
    }
    OptionalLong size = answer.length("X-Linked-Size");
    boolean own = size.isEmpty() && !answer.isRedirect();
    return new Description(uri, commit, etag, own ? answer.length("Content-Length") : size);
  }

  /** Downloads unless the blob is there; a try that was cut off is resumed, three in all. */
  void fetch(String name, Description file) throws IOException {
    Path blob = cache.blob(file.etag());
    Path partial = blob.resolveSibling(file.etag() + ".incomplete");
    Files.createDirectories(blob.getParent());
    for (int attempt = 1; !Files.exists(blob); attempt++) {
      try {
        oneAtATime(name, file, partial, blob);
      } catch (IOException e) {
        if (attempt == TRIES) {
          throw e;
        }
        pause(attempt);
      }
    }
  }

  private void pause(int attempt) throws IOException {
    try {
      Thread.sleep(settings.retryDelay().multipliedBy(attempt).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** A file lock holds between processes only; threads of this one wait here. */
  private void oneAtATime(String name, Description file, Path partial, Path blob)
      throws IOException {
    synchronized (IN_THIS_PROCESS) {
      if (!Files.exists(blob)) {
        fetchOnce(name, file, partial, blob);
      }
    }
  }

  private void fetchOnce(String name, Description file, Path partial, Path blob)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(partial, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      // Another process may be at it: wait for it, and see what it left. The lock is held until
      // the file has its name, so that the other finds it there.
      channel.lock();
      if (Files.exists(blob)) {
        Files.deleteIfExists(partial);
        return;
      }
      receive(name, file, partial, channel);
      channel.force(true);
      verify(file, partial);
      AtomicFile.commit(partial, blob);
    }
  }

  private void receive(String name, Description file, Path partial, FileChannel channel)
      throws IOException {
    long have = channel.size();
    if (file.size().isPresent() && have >= file.size().getAsLong()) {
      return; // whole, or too long, which verify tells
    }
    try (HubClient.Answer answer = client.fetch(file.uri(), have)) {
      if (answer.status() == 416) {
        channel.truncate(0);
        throw new IOException("the server cannot resume at byte " + have);
      }
      if (answer.status() != 200 && answer.status() != 206) {
        throw new IOException("HTTP " + answer.status() + " from " + answer.uri().getHost());
      }
      long start = answer.status() == 206 ? rangeStart(answer, have) : 0;
      channel.truncate(start).position(start);
      copy(name, file, answer.body(), channel, partial);
    }
    long size = channel.size();
    if (file.size().isPresent() && size < file.size().getAsLong()) {
      throw new IOException(
          "the connection ended after %d of %d bytes".formatted(size, file.size().getAsLong()));
    }
  }

  private static long rangeStart(HubClient.Answer answer, long asked) throws IOException {
    if (!answer.header("Content-Range").startsWith("bytes " + asked + "-")) {
      throw new IOException("the server sent another range than asked");
    }
    return asked;
  }

  private void copy(
      String name, Description file, InputStream body, FileChannel channel, Path partial)
      throws IOException {
    byte[] chunk = new byte[1 << 16];
    long limit = file.size().orElse(Long.MAX_VALUE);
    for (int read = body.read(chunk); read >= 0; read = body.read(chunk)) {
      write(ByteBuffer.wrap(chunk, 0, read), channel, partial);
      progress.update(name, channel.position(), file.size().orElse(-1));
      if (channel.position() > limit) {
        return; // longer than announced: verify refuses it
      }
    }
  }

  /** A full disk is no fault of the network, and no reason to try again. */
  private static void write(ByteBuffer bytes, FileChannel channel, Path partial) {
    try {
      AtomicFile.writeFully(channel, bytes);
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(partial, e);
    }
  }

  private static void verify(Description file, Path partial) throws IOException {
    long size = Files.size(partial);
    String problem = "";
    if (file.size().isPresent() && file.size().getAsLong() != size) {
      problem = "%d bytes, expected %d".formatted(size, file.size().getAsLong());
    } else if (file.etag().matches("[0-9a-f]{64}")) {
      problem = differs("SHA-256", Digests.sha256(partial), file.etag());
    } else if (file.etag().matches("[0-9a-f]{40}")) {
      problem = differs("git's SHA-1", Digests.gitBlob(partial), file.etag());
    }
    if (!problem.isEmpty()) {
      Files.deleteIfExists(partial);
      throw HubErrors.wrongContent(file.uri(), problem);
    }
  }

  private static String differs(String what, String found, String expected) {
    return found.equals(expected) ? "" : what + " is " + found + ", expected " + expected;
  }
}
