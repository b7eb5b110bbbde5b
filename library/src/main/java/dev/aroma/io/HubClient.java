package dev.aroma.io;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * HTTP as the hub wants it. Redirects are followed by hand: the token must not follow to another
 * host, no hop may leave HTTPS, and the headers that describe a file come from the hub, not from
 * the storage that it points to.
 */
final class HubClient {
  private static final int HOPS = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HubSettings settings;
  private final HttpClient http =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(PATIENCE)
          .build();

  HubClient(HubSettings settings) {
    this.settings = settings;
  }

  /** An answer whose body must be closed. */
  record Answer(URI uri, int status, HttpHeaders headers, InputStream body)
      implements AutoCloseable {
    String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    OptionalLong length(String name) {
      String value = header(name);
      return value.matches("\\d{1,18}")
          ? OptionalLong.of(Long.parseLong(value))
          : OptionalLong.empty();
    }

    boolean isRedirect() {
      return status >= 300 && status < 400 && !header("Location").isEmpty();
    }

    @Override
    public void close() throws IOException {
      body.close();
    }
  }

  URI resolve(HubId id, String file) {
    String path = "/" + id.repository() + "/resolve/" + id.revision().replace("/", "%2F") + "/";
    return URI.create(settings.endpoint() + path + file);
  }

  /** The hub's own answer about a file: redirects on the hub are followed, others are not. */
  Answer describe(URI uri) throws IOException {
    return send("HEAD", uri, 0, false);
  }

  /** The content from byte {@code from} on, wherever it is; the server may ignore {@code from}. */
  Answer fetch(URI uri, long from) throws IOException {
    return send("GET", uri, from, true);
  }

  private Answer send(String method, URI start, long from, boolean anywhere) throws IOException {
    URI uri = start;
    for (int hop = 0; hop < HOPS; hop++) {
      Answer answer = sendOnce(method, uri, from);
      if (!answer.isRedirect()) {
        return answer;
      }
      URI next = redirect(answer);
      if (!anywhere && !settings.isEndpoint(next)) {
        return answer;
      }
      answer.close();
      uri = next;
    }
    throw new IOException(start + " redirects without end");
  }

  private static URI redirect(Answer answer) throws IOException {
    try {
      URI next = answer.uri().resolve(answer.header("Location"));
      if (HubSettings.isAllowed(next)) {
        return next;
      }
      answer.close();
      throw new InputException(
          answer.uri()
              + " redirects to "
              + next.getScheme()
              + "://"
              + next.getHost()
              + ", which is not HTTPS",
          "Check HF_ENDPOINT, or download the model another way.",
          "bad-hub-endpoint");
    } catch (IllegalArgumentException e) {
      throw new IOException(answer.uri() + " redirects to something that is no address", e);
    }
  }

  private Answer sendOnce(String method, URI uri, long from) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(PATIENCE)
            .header("User-Agent", "aroma")
            .header("Accept-Encoding", "identity");
    if (from > 0) {
      request.header("Range", "bytes=" + from + "-");
    }
    if (settings.isEndpoint(uri)) {
      settings.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
    }
    try {
      HttpResponse<InputStream> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      return new Answer(uri, response.statusCode(), response.headers(), response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
