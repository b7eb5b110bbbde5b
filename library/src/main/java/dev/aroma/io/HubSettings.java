package dev.aroma.io;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the hub and its cache are, from the variables that huggingface_hub reads too.
 *
 * @param cache the directory of {@code models--org--name} folders
 * @param endpoint the hub's address
 * @param offline whether the network is forbidden
 * @param token what to show the endpoint, and nobody else
 * @param retryDelay how long to wait before the second try; the third waits twice as long
 */
record HubSettings(
    Path cache, URI endpoint, boolean offline, Optional<String> token, Duration retryDelay) {
  private static final Set<String> YES = Set.of("1", "ON", "YES", "TRUE");
  private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1");

  /** Reads HF_HUB_CACHE, HF_HOME, HF_ENDPOINT, HF_HUB_OFFLINE, HF_TOKEN and their old names. */
  static HubSettings of(Map<String, String> environment) {
    Path home =
        path(environment, "HF_HOME")
            .orElseGet(() -> CacheDirectory.userCache(environment).resolve("huggingface"));
    Path cache =
        path(environment, "HF_HUB_CACHE")
            .or(() -> path(environment, "HUGGINGFACE_HUB_CACHE"))
            .orElseGet(() -> home.resolve("hub"));
    String endpoint = environment.getOrDefault("HF_ENDPOINT", "");
    return new HubSettings(
        cache,
        endpoint(endpoint.isBlank() ? "https://huggingface.co" : endpoint.strip()),
        isYes(environment, "HF_HUB_OFFLINE") || isYes(environment, "TRANSFORMERS_OFFLINE"),
        token(environment, home),
        Duration.ofSeconds(1));
  }

  private static Optional<Path> path(Map<String, String> environment, String name) {
    String value = environment.getOrDefault(name, "");
    if (value.startsWith("~/")) {
      return Optional.of(CacheDirectory.home(environment).resolve(value.substring(2)));
    }
    return value.isBlank() ? Optional.empty() : Optional.of(Path.of(value));
  }

  private static boolean isYes(Map<String, String> environment, String name) {
    return YES.contains(environment.getOrDefault(name, "").toUpperCase(Locale.ROOT));
  }

  private static URI endpoint(String text) {
    try {
      URI uri = URI.create(text.replaceAll("/+$", ""));
      if (isAllowed(uri)) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Told below, as any other address that will not do.
    }
    throw new InputException(
        "HF_ENDPOINT is " + text + "; expected an https address",
        "Unset HF_ENDPOINT, or give the address of a mirror with https.",
        "bad-hub-endpoint");
  }

  /** HTTPS anywhere, plain HTTP on this machine only. */
  static boolean isAllowed(URI uri) {
    String host = uri.getHost();
    boolean local = "http".equalsIgnoreCase(uri.getScheme()) && LOCAL.contains(host);
    return host != null && (local || "https".equalsIgnoreCase(uri.getScheme()));
  }

  /** Whether a request would go to the endpoint itself: the same scheme, host and port. */
  boolean isEndpoint(URI uri) {
    return endpoint.getScheme().equalsIgnoreCase(uri.getScheme())
        && endpoint.getHost().equalsIgnoreCase(uri.getHost())
        && endpoint.getPort() == uri.getPort();
  }

  private static Optional<String> token(Map<String, String> environment, Path home) {
    String given =
        environment.getOrDefault(
            "HF_TOKEN", environment.getOrDefault("HUGGING_FACE_HUB_TOKEN", ""));
    if (!given.isBlank()) {
      return Optional.of(given.strip());
    }
    Path file = path(environment, "HF_TOKEN_PATH").orElse(home.resolve("token"));
    try {
      String stored = Files.isRegularFile(file) ? Files.readString(file).strip() : "";
      return stored.isEmpty() ? Optional.empty() : Optional.of(stored);
    } catch (IOException e) {
      throw SafetensorsFile.cannotRead(file, e);
    }
  }

  /** Never the token. */
  @Override
  public String toString() {
    return "HubSettings[" + endpoint + ", " + cache + (offline ? ", offline]" : "]");
  }
}
