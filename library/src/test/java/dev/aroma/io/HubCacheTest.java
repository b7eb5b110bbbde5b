package dev.aroma.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Caches as huggingface_hub leaves them. */
class HubCacheTest {
  private static final String COMMIT = FakeHub.COMMIT;

  @TempDir Path directory;

  private Path folder;
  private Path snapshot;
  private HubCache cache;

  @BeforeEach
  void open() {
    folder = directory.resolve("models--org--tiny");
    snapshot = folder.resolve("snapshots").resolve(COMMIT);
    cache = new HubCache(directory, HubId.parse("org/tiny"));
  }

  @Test
  void aBranchLeadsToItsSnapshot() {
    FileBytes.write(folder.resolve("refs/main"), COMMIT + "\n");
    FileBytes.write(snapshot.resolve("config.json"), "{}");
    assertThat(cache.snapshot("main")).contains(snapshot);
    assertThat(cache.snapshot(COMMIT)).contains(snapshot);
  }

  @Test
  void whatIsNotThereIsNoSnapshot() {
    assertThat(cache.snapshot("main")).isEmpty();
    assertThat(cache.snapshot(COMMIT)).isEmpty();
    FileBytes.write(folder.resolve("refs/main"), COMMIT);
    assertThat(cache.snapshot("main")).as("a ref without its snapshot").isEmpty();
  }

  @Test
  void aRefThatIsNoCommitLeadsNowhere() {
    for (String ref : new String[] {"", "../../..", "main", COMMIT.substring(1)}) {
      FileBytes.write(folder.resolve("refs/main"), ref);
      FileBytes.write(snapshot.resolve("config.json"), "{}");
      assertThat(cache.snapshot("main")).isEmpty();
    }
  }

  @Test
  void aCommitNeedsNoRef() {
    cache.writeRef(COMMIT, COMMIT);
    assertThat(folder.resolve("refs")).doesNotExist();
    cache.writeRef("refs/pr/2", COMMIT);
    assertThat(folder.resolve("refs/refs/pr/2")).hasContent(COMMIT);
  }

  @Test
  void aLinkLeadsToTheBlobAndReplacesAnOlderOne() throws IOException {
    FileBytes.write(cache.blob("a"), "first");
    FileBytes.write(cache.blob("b"), "second");
    cache.link(COMMIT, "config.json", "a");
    cache.link(COMMIT, "config.json", "b");
    Path link = snapshot.resolve("config.json");
    assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("../../blobs/b"));
    assertThat(link).hasContent("second");
    assertThat(cache.blob("a")).hasContent("first");
  }

  @Test
  void aLinkInAFolderGoesUpOnceMore() throws IOException {
    FileBytes.write(cache.blob("a"), "x");
    cache.link(COMMIT, "onnx/model.onnx", "a");
    Path link = snapshot.resolve("onnx/model.onnx");
    assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("../../../blobs/a"));
    assertThat(link).hasContent("x");
  }

  @Test
  void aWholeCacheMayBeMoved() throws IOException {
    FileBytes.write(cache.blob("a"), "x");
    cache.link(COMMIT, "config.json", "a");
    Path moved = Files.move(folder, directory.resolve("elsewhere"));
    assertThat(moved.resolve("snapshots").resolve(COMMIT).resolve("config.json")).hasContent("x");
  }

  @Test
  void aSnapshotLacksWhatAModelNeeds() {
    assertThat(HubCache.lacks(snapshot)).contains("config.json");
    FileBytes.write(snapshot.resolve("config.json"), "{}");
    assertThat(HubCache.lacks(snapshot)).contains("model.safetensors");
    FileBytes.write(snapshot.resolve("model.safetensors"), "");
    assertThat(HubCache.lacks(snapshot)).isEmpty();
  }

  @Test
  void anExportIsAModelToo() {
    FileBytes.write(snapshot.resolve("config.json"), "{}");
    FileBytes.write(snapshot.resolve("onnx/model.onnx"), "");
    assertThat(HubCache.lacks(snapshot)).isEmpty();
  }

  @Test
  void allShardsAreNeeded() {
    FileBytes.write(snapshot.resolve("config.json"), "{}");
    FileBytes.write(
        snapshot.resolve("model.safetensors.index.json"),
        "{\"weight_map\":{\"x\":\"b.safetensors\",\"y\":\"a.safetensors\"}}");
    assertThat(HubCache.lacks(snapshot)).contains("a.safetensors");
    FileBytes.write(snapshot.resolve("a.safetensors"), "");
    assertThat(HubCache.lacks(snapshot)).contains("b.safetensors");
    FileBytes.write(snapshot.resolve("b.safetensors"), "");
    assertThat(HubCache.lacks(snapshot)).isEmpty();
  }

  @Test
  void aBrokenLinkIsAMissingFile() throws IOException {
    Files.createDirectories(snapshot);
    Files.createSymbolicLink(snapshot.resolve("config.json"), Path.of("../../blobs/gone"));
    assertThat(HubCache.lacks(snapshot)).contains("config.json");
  }

  @Test
  void anIndexThatPointsElsewhereIsRefused() {
    FileBytes.write(snapshot.resolve("config.json"), "{}");
    FileBytes.write(
        snapshot.resolve("model.safetensors.index.json"),
        "{\"weight_map\":{\"x\":\"../secret.safetensors\"}}");
    assertThatThrownBy(() -> HubCache.lacks(snapshot))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("#bad-config");
  }
}
