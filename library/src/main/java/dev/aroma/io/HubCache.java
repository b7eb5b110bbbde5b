package dev.aroma.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One model's folder in the hub cache, laid out as huggingface_hub does, so that Python and we
 * share it: {@code refs/main} holds a commit, {@code snapshots/<commit>/} the files as links into
 * {@code blobs/}.
 */
final class HubCache {
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private final Path folder;

  HubCache(Path cache, HubId id) {
    this.folder = cache.resolve(id.folder());
  }

  /** The snapshot of a revision as far as it is known here, complete or not. */
  Optional<Path> snapshot(String revision) {
    return commit(revision).map(this::snapshotOf).filter(Files::isDirectory);
  }

  private Optional<String> commit(String revision) {
    if (COMMIT.matcher(revision).matches()) {
      return Optional.of(revision);
    }
    Path ref = folder.resolve("refs").resolve(revision);
    try {
      String commit = Files.isRegularFile(ref) ? Files.readString(ref).strip() : "";
      return COMMIT.matcher(commit).matches() ? Optional.of(commit) : Optional.empty();
    } catch (IOException e) {
      throw SafetensorsFile.cannotRead(ref, e);
    }
  }

  static boolean isCommit(String text) {
    return COMMIT.matcher(text).matches();
  }

  Path snapshotOf(String commit) {
    return folder.resolve("snapshots").resolve(commit);
  }

  Path blob(String etag) {
    return folder.resolve("blobs").resolve(etag);
  }

  void writeRef(String revision, String commit) {
    if (!revision.equals(commit)) {
      AtomicFile.writeText(folder.resolve("refs").resolve(revision), commit);
    }
  }

  /** Makes {@code snapshots/<commit>/<name>} the content of a blob: a link, else a copy. */
  void link(String commit, String name, String etag) throws IOException {
    Path file = snapshotOf(commit).resolve(name);
    Files.createDirectories(file.getParent());
    Path temporary = AtomicFile.besides(file);
    try {
      Files.createSymbolicLink(temporary, file.getParent().relativize(blob(etag)));
    } catch (IOException | UnsupportedOperationException e) {
      // No symbolic links here, as on Windows without the privilege.
      Files.copy(blob(etag), temporary, StandardCopyOption.REPLACE_EXISTING);
    }
    AtomicFile.commit(temporary, file);
  }

  /** What a snapshot lacks to be a model: empty where config and all weights are there. */
  static Optional<String> lacks(Path snapshot) {
    if (!Files.exists(snapshot.resolve("config.json"))) {
      return Optional.of("config.json");
    }
    if (Files.exists(snapshot.resolve(Checkpoint.SINGLE))) {
      return Optional.empty();
    }
    Path index = snapshot.resolve(Checkpoint.INDEX);
    if (!Files.exists(index)) {
      return Checkpoint.onnxIn(snapshot).isPresent()
          ? Optional.empty()
          : Optional.of(Checkpoint.SINGLE);
    }
    Set<String> shards = new HashSet<>(ShardedSafetensors.weightMap(index).values());
    return shards.stream().sorted().filter(s -> !Files.exists(snapshot.resolve(s))).findFirst();
  }
}
