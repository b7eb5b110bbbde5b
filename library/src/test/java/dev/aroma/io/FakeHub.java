package dev.aroma.io;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A hub on this machine: files by name, and the ways in which a server or a network misbehaves. */
final class FakeHub implements AutoCloseable {
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  private final HttpServer server;
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final Map<String, String> etags = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> tokens = new CopyOnWriteArrayList<>();

  /** Answers every request with this status where it is not 0. */
  volatile int status;

  /** How often a content of some size is cut off in the middle. */
  final AtomicInteger cuts = new AtomicInteger();

  volatile boolean ignoresRange;

  /** Whether the answer to HEAD lacks the size. */
  volatile boolean hidesSize;

  /** Whether a range is answered with another one. */
  volatile boolean sendsOtherRange;

  /** Where contents are, as the hub's storage on another host: empty for the hub itself. */
  volatile String storage = "";

  volatile String commit = COMMIT;

  FakeHub() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  String address() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /** A small file: its etag is git's checksum. */
  FakeHub file(String name, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    files.put(name, bytes);
    byte[] blob = ("blob " + bytes.length + "\0" + content).getBytes(StandardCharsets.UTF_8);
    etags.put(name, "\"" + hex("SHA-1", blob) + "\"");
    return this;
  }

  /** A large file: its etag is the SHA-256 of the content. */
  FakeHub large(String name, byte[] bytes) {
    files.put(name, bytes);
    etags.put(name, "\"" + hex("SHA-256", bytes) + "\"");
    return this;
  }

  FakeHub etag(String name, String etag) {
    etags.put(name, etag);
    return this;
  }

  String etag(String name) {
    return etags.get(name).replace("\"", "").replace("W/", "");
  }

  static String hex(String algorithm, byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** "METHOD file" of every request, with the range where one was asked for. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  List<String> tokens() {
    return List.copyOf(tokens);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String name = path.substring(path.lastIndexOf('/') + 1);
      String range = exchange.getRequestHeaders().getFirst("Range");
      String token = exchange.getRequestHeaders().getFirst("Authorization");
      requests.add(exchange.getRequestMethod() + " " + name + (range == null ? "" : " " + range));
      tokens.add(String.valueOf(token));
      answer(exchange, path, name, range);
    }
  }

  private void answer(HttpExchange exchange, String path, String name, String range)
      throws IOException {
    byte[] bytes = files.get(name);
    if (status != 0 || bytes == null) {
      exchange.sendResponseHeaders(status == 0 ? 404 : status, -1);
      return;
    }
    exchange.getResponseHeaders().set("X-Repo-Commit", commit);
    if (!storage.isEmpty() && !path.startsWith("/storage/")) {
      exchange.getResponseHeaders().set("X-Linked-Etag", etags.get(name));
      exchange.getResponseHeaders().set("X-Linked-Size", String.valueOf(bytes.length));
      exchange.getResponseHeaders().set("Location", storage + "/storage/" + name);
      exchange.sendResponseHeaders(302, -1);
      return;
    }
    exchange.getResponseHeaders().set("ETag", etags.get(name));
    if (exchange.getRequestMethod().equals("HEAD")) {
      if (!hidesSize) {
        exchange.getResponseHeaders().set("Content-Length", String.valueOf(bytes.length));
      }
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    send(exchange, bytes, range);
  }

  private void send(HttpExchange exchange, byte[] bytes, String range) throws IOException {
    int from = 0;
    if (range != null && !ignoresRange) {
      from = Integer.parseInt(range.replaceAll("\\D", "")) + (sendsOtherRange ? 1 : 0);
      if (from >= bytes.length) {
        exchange.sendResponseHeaders(416, -1);
        return;
      }
      String sent = "bytes %d-%d/%d".formatted(from, bytes.length - 1, bytes.length);
      exchange.getResponseHeaders().set("Content-Range", sent);
    }
    int length = bytes.length - from;
    exchange.sendResponseHeaders(from == 0 ? 200 : 206, length);
    if (length > 100 && cuts.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      exchange.getResponseBody().write(bytes, from, length / 2);
      exchange.getResponseBody().flush();
      return; // closing the exchange now cuts the connection
    }
    exchange.getResponseBody().write(bytes, from, length);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
