package dev.aroma.io;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Models by their Hugging Face id: from the local hub cache, else from the hub into it.
 *
 * <p>A cached snapshot that is complete is used without asking the network. A download goes file by
 * file, the weights last, all of one commit; a file that is there is not fetched again.
 */
public final class Hub {
  private static final List<String> OPTIONAL =
      List.of(
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "vocab.txt",
          "vocab.json",
          "merges.txt",
          "tokenizer.model",
          "generation_config.json");

  private final HubSettings settings;
  private final HubClient client;
  private final Progress progress;

  /** Told now and then how far a download is. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Some bytes came.
     *
     * @param total bytes of the file, -1 where the server does not say
     */
    void update(String file, long done, long total);
  }

  Hub(HubSettings settings, Progress progress) {
    this.settings = settings;
    this.client = new HubClient(settings);
    this.progress = progress;
  }

  /**
   * A hub as the environment describes it.
   *
   * @param environment the variables HF_HUB_CACHE, HF_HOME, HF_ENDPOINT, HF_HUB_OFFLINE, HF_TOKEN
   */
  public static Hub of(Map<String, String> environment, Progress progress) {
    return new Hub(HubSettings.of(environment), progress);
  }

  /** Where the environment says that models are kept. */
  public static Path cache(Map<String, String> environment) {
    return HubSettings.of(environment).cache();
  }

  /** The snapshot directory of a model, downloaded where need be. */
  public Path resolve(HubId id) {
    HubCache cache = new HubCache(settings.cache(), id);
    Optional<Path> snapshot = cache.snapshot(id.revision());
    Optional<String> lacking = snapshot.map(HubCache::lacks).orElse(Optional.of("its snapshot"));
    if (lacking.isEmpty()) {
      return snapshot.get();
    }
    if (settings.offline()) {
      throw HubErrors.offline(id, settings, lacking.get());
    }
    return download(id, cache);
  }

  private Path download(HubId id, HubCache cache) {
    HubDownload download = new HubDownload(client, settings, cache, progress);
    String commit =
        fetch(id, "config.json", cache, download)
            .orElseThrow(() -> HubErrors.notFound(id, "config.json"));
    HubId pinned = id.at(commit);
    OPTIONAL.forEach(name -> fetch(pinned, name, cache, download));
    if (fetch(pinned, Checkpoint.SINGLE, cache, download).isEmpty()) {
      downloadShards(pinned, cache, download);
    }
    cache.writeRef(id.revision(), commit);
    return cache.snapshotOf(commit);
  }

  private void downloadShards(HubId pinned, HubCache cache, HubDownload download) {
    if (fetch(pinned, Checkpoint.INDEX, cache, download).isEmpty()) {
      throw HubErrors.noSafetensors(pinned);
    }
    Path index = cache.snapshotOf(pinned.revision()).resolve(Checkpoint.INDEX);
    for (String shard : new TreeSet<>(ShardedSafetensors.weightMap(index).values())) {
      if (fetch(pinned, shard, cache, download).isEmpty()) {
        throw HubErrors.notFound(pinned, shard);
      }
    }
  }

  /** Brings one file into the snapshot; gives the commit, or nothing where the hub lacks it. */
  private Optional<String> fetch(HubId id, String name, HubCache cache, HubDownload download) {
    URI uri = client.resolve(id, name);
    try {
      Optional<HubDownload.Description> file = describe(id, uri);
      if (file.isPresent()) {
        download.fetch(name, file.get());
        cache.link(file.get().commit(), name, file.get().etag());
      }
      return file.map(HubDownload.Description::commit);
    } catch (FileSystemException e) {
      throw AtomicFile.cannotWrite(settings.cache(), e);
    } catch (IOException e) {
      throw HubErrors.unreachable(uri, e);
    }
  }

  private Optional<HubDownload.Description> describe(HubId id, URI uri) throws IOException {
    try (HubClient.Answer answer = client.describe(uri)) {
      return switch (answer.status()) {
        case 404 -> Optional.empty();
        case 401, 403 -> throw HubErrors.denied(id, answer.status(), settings.token().isPresent());
        default -> {
          if (answer.status() >= 400) {
            throw HubErrors.badAnswer(uri, "HTTP " + answer.status());
          }
          yield Optional.of(HubDownload.describe(answer, uri));
        }
      };
    }
  }
}
