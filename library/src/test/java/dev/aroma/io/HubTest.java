package dev.aroma.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubTest {
  private static final HubId ID = HubId.parse("org/tiny");

  @TempDir Path directory;

  private final List<String> progress = Collections.synchronizedList(new ArrayList<>());
  private FakeHub server;
  private Path weights;
  private Path folder;

  @BeforeEach
  void start() throws IOException {
    weights = directory.resolve("made.safetensors");
    SafetensorsWriter.write(weights, List.of(RawTensor.ofFloats("w", new float[500], 500)));
    folder = directory.resolve("hub/models--org--tiny");
    server = new FakeHub();
    server
        .file("config.json", "{\"model_type\":\"bert\"}")
        .file("tokenizer.json", "{}")
        .large("model.safetensors", Files.readAllBytes(weights));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HubSettings settings(boolean offline, Optional<String> token) {
    return new HubSettings(
        directory.resolve("hub"),
        URI.create(server.address()),
        offline,
        token,
        Duration.ofMillis(1));
  }

  private Hub hub() {
    return new Hub(settings(false, Optional.of("secret")), this::record);
  }

  private void record(String file, long done, long total) {
    progress.add(file + " " + done + "/" + total);
  }

  private void refused(Hub hub, String... says) {
    assertThatThrownBy(() -> hub.resolve(ID))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(says);
  }

  private Path blob(String name) {
    return folder.resolve("blobs").resolve(server.etag(name));
  }

  private Path partial() {
    Path blob = blob("model.safetensors");
    return blob.resolveSibling(blob.getFileName() + ".incomplete");
  }

  @Test
  void aModelIsDownloadedIntoTheLayoutThatPythonKnows() throws IOException {
    Path snapshot = hub().resolve(ID);
    assertThat(snapshot).isEqualTo(folder.resolve("snapshots").resolve(FakeHub.COMMIT));
    assertThat(folder.resolve("refs/main")).hasContent(FakeHub.COMMIT);
    assertThat(blob("model.safetensors")).hasSameBinaryContentAs(weights);
    Path link = snapshot.resolve("model.safetensors");
    assertThat(Files.readSymbolicLink(link))
        .isEqualTo(Path.of("../../blobs", server.etag("model.safetensors")));
    assertThat(link).hasSameBinaryContentAs(weights);
    assertThat(HfDirectory.open(snapshot).config().requireString("model_type")).isEqualTo("bert");
    try (var files = Files.walk(folder)) {
      assertThat(files.filter(f -> f.toString().matches(".*(incomplete|tmp)"))).isEmpty();
    }
  }

  @Test
  void progressIsToldToTheEnd() throws IOException {
    hub().resolve(ID);
    long size = Files.size(weights);
    assertThat(progress).contains("model.safetensors " + size + "/" + size);
  }

  @Test
  void whatIsCachedNeedsNoNetwork() {
    Path snapshot = hub().resolve(ID);
    int before = server.requests().size();
    assertThat(hub().resolve(ID)).isEqualTo(snapshot);
    assertThat(new Hub(settings(true, Optional.empty()), this::record).resolve(ID))
        .isEqualTo(snapshot);
    assertThat(hub().resolve(ID.at(FakeHub.COMMIT))).isEqualTo(snapshot);
    assertThat(server.requests()).hasSize(before);
  }

  @Test
  void filesAfterTheFirstAreOfTheSameCommit() {
    hub().resolve(HubId.parse("org/tiny@refs/pr/1"));
    assertThat(folder.resolve("refs/refs/pr/1")).hasContent(FakeHub.COMMIT);
  }

  @Test
  void shardsAreDownloadedThroughTheIndex() throws IOException {
    byte[] bytes = Files.readAllBytes(weights);
    try (FakeHub sharded = new FakeHub()) {
      sharded
          .file("config.json", "{}")
          .file(
              "model.safetensors.index.json",
              "{\"weight_map\":{\"w\":\"model-00001-of-00001.safetensors\"}}")
          .large("model-00001-of-00001.safetensors", bytes);
      Path snapshot = hubOf(sharded).resolve(ID);
      try (TensorSource model = Checkpoint.open(snapshot)) {
        assertThat(model.get("w").elements()).isEqualTo(500);
      }
    }
  }

  private Hub hubOf(FakeHub other) {
    HubSettings settings = settings(false, Optional.empty());
    return new Hub(
        new HubSettings(
            settings.cache(),
            URI.create(other.address()),
            false,
            settings.token(),
            settings.retryDelay()),
        this::record);
  }

  @Test
  void aShardThatTheHubLacksIsNamed() throws IOException {
    try (FakeHub sharded = new FakeHub()) {
      sharded
          .file("config.json", "{}")
          .file("model.safetensors.index.json", "{\"weight_map\":{\"w\":\"a.safetensors\"}}");
      refused(hubOf(sharded), "has no a.safetensors", "#hub-not-found");
    }
  }

  @Test
  void anIndexCannotNameFilesElsewhere() throws IOException {
    try (FakeHub sharded = new FakeHub()) {
      sharded
          .file("config.json", "{}")
          .file("model.safetensors.index.json", "{\"weight_map\":{\"w\":\"../../x.safetensors\"}}");
      refused(hubOf(sharded), "plain name", "#bad-config");
    }
  }

  @Test
  void aCutConnectionIsResumed() {
    server.cuts.set(1);
    Path snapshot = hub().resolve(ID);
    assertThat(snapshot.resolve("model.safetensors")).hasSameBinaryContentAs(weights);
    assertThat(server.requests()).anyMatch(r -> r.matches("GET model.safetensors bytes=\\d+-"));
  }

  @Test
  void whatAnEarlierRunLeftIsResumed() throws IOException {
    byte[] whole = Files.readAllBytes(weights);
    FileBytes.write(partial(), java.util.Arrays.copyOf(whole, 700));
    hub().resolve(ID);
    assertThat(server.requests()).contains("GET model.safetensors bytes=700-");
    assertThat(blob("model.safetensors")).hasSameBinaryContentAs(weights);
  }

  @Test
  void aDownloadThatStaysCutKeepsWhatCameForTheNextRun() throws IOException {
    server.cuts.set(3);
    refused(hub(), "download from localhost failed", "run again to resume", "#hub-unreachable");
    assertThat(Files.size(partial())).isBetween(1L, Files.size(weights) - 1);
    assertThat(folder.resolve("refs/main")).doesNotExist();
    server.cuts.set(0);
    hub().resolve(ID);
    assertThat(blob("model.safetensors")).hasSameBinaryContentAs(weights);
  }

  @Test
  void aServerThatIgnoresRangesSendsAllAgain() throws IOException {
    server.ignoresRange = true;
    FileBytes.write(partial(), new byte[700]);
    hub().resolve(ID);
    assertThat(blob("model.safetensors")).hasSameBinaryContentAs(weights);
  }

  @Test
  void aRangeThatTheServerCannotGiveStartsAnew() {
    server.hidesSize = true;
    FileBytes.write(partial(), new byte[100_000]);
    hub().resolve(ID);
    assertThat(blob("model.safetensors")).hasSameBinaryContentAs(weights);
  }

  @Test
  void anotherRangeThanAskedIsNotAppended() {
    server.sendsOtherRange = true;
    FileBytes.write(partial(), new byte[700]);
    refused(hub(), "another range than asked", "#hub-unreachable");
    assertThat(partial()).hasSize(700);
  }

  @Test
  void aFileThatIsWholeButUnnamedIsVerifiedAndTaken() throws IOException {
    FileBytes.write(partial(), Files.readAllBytes(weights));
    hub().resolve(ID);
    assertThat(server.requests()).doesNotContain("GET model.safetensors");
    assertThat(blob("model.safetensors")).hasSameBinaryContentAs(weights);
  }

  @Test
  void aWrongChecksumIsRefusedAndDeleted() {
    String etag = "ab".repeat(32);
    server.etag("model.safetensors", "\"" + etag + "\"");
    refused(hub(), "SHA-256", "expected " + etag, "#hub-checksum");
    assertThat(partial()).doesNotExist();
    assertThat(blob("model.safetensors")).doesNotExist();
  }

  @Test
  void aWrongGitChecksumIsRefusedAndDeleted() {
    server.etag("config.json", "W/\"" + "cd".repeat(20) + "\"");
    refused(hub(), "git's SHA-1", "#hub-checksum");
    assertThat(blob("config.json")).doesNotExist();
  }

  @Test
  void aDamagedPartialIsCaughtByTheChecksum() {
    FileBytes.write(partial(), new byte[700]);
    refused(hub(), "SHA-256", "it was deleted");
    assertThat(hub().resolve(ID)).isDirectory();
  }

  @Test
  void aPartialLongerThanTheFileIsDeleted() {
    FileBytes.write(partial(), new byte[100_000]);
    refused(hub(), "100000 bytes, expected", "#hub-checksum");
    assertThat(partial()).doesNotExist();
  }

  @Test
  void etagsOfUnknownKindAreFileNamesAllTheSame() {
    server.etag("tokenizer.json", "\"some-etag_1\"");
    Path snapshot = hub().resolve(ID);
    assertThat(snapshot.resolve("tokenizer.json")).hasContent("{}");
  }

  @Test
  void headersThatCouldNameOtherPlacesAreRefused() {
    server.etag("config.json", "\"../../evil\"");
    refused(hub(), "ETag and X-Repo-Commit", "#hub-bad-answer");
    server.file("config.json", "{}").commit = "../../evil";
    refused(hub(), "#hub-bad-answer");
  }

  @Test
  void whatTheHubLacksIsTold() {
    server.status = 404;
    refused(hub(), "no config.json of org/tiny", "#hub-not-found");
  }

  @Test
  void aModelWithoutSafetensorsIsTold() throws IOException {
    try (FakeHub bare = new FakeHub()) {
      bare.file("config.json", "{}");
      refused(hubOf(bare), "neither model.safetensors", "#hub-no-safetensors");
    }
  }

  @Test
  void aGatedModelAsksForAToken() {
    for (int status : new int[] {401, 403}) {
      server.status = status;
      Hub anonymous = new Hub(settings(false, Optional.empty()), this::record);
      refused(anonymous, "HTTP " + status, "set HF_TOKEN", "#hub-access-denied");
      refused(hub(), "HTTP " + status, "Accept the model's licence");
    }
  }

  @Test
  void aServerInTroubleIsTold() {
    server.status = 500;
    refused(hub(), "HTTP 500", "#hub-bad-answer");
  }

  @Test
  void anAddressWithoutServerIsTold() {
    Hub hub = hub();
    server.close();
    refused(hub, "download from localhost failed: ConnectException", "#hub-unreachable");
  }

  @Test
  void offlineMissesSayWhatIsMissing() {
    Hub offline = new Hub(settings(true, Optional.empty()), this::record);
    refused(offline, "its snapshot is missing", "HF_HUB_OFFLINE", "#hub-offline");
    FileBytes.write(folder.resolve("refs/main"), FakeHub.COMMIT);
    FileBytes.write(folder.resolve("snapshots/" + FakeHub.COMMIT + "/config.json"), "{}");
    refused(offline, "model.safetensors is missing");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void anIncompleteSnapshotIsCompleted() {
    FileBytes.write(folder.resolve("refs/main"), FakeHub.COMMIT);
    FileBytes.write(folder.resolve("snapshots/" + FakeHub.COMMIT + "/config.json"), "{}");
    assertThat(hub().resolve(ID).resolve("model.safetensors")).exists();
  }

  @Test
  void storageElsewhereGetsNoToken() throws IOException {
    try (FakeHub storage = new FakeHub()) {
      storage
          .file("config.json", "{\"model_type\":\"bert\"}")
          .file("tokenizer.json", "{}")
          .large("model.safetensors", Files.readAllBytes(weights));
      server.storage = storage.address();
      assertThat(hub().resolve(ID).resolve("model.safetensors")).hasSameBinaryContentAs(weights);
      assertThat(server.tokens()).containsOnly("Bearer secret");
      assertThat(storage.tokens()).isNotEmpty().containsOnly("null");
      assertThat(storage.requests()).allMatch(request -> request.startsWith("GET "));
    }
  }

  @Test
  void redirectsOnTheHubAreFollowedWithTheToken() {
    server.storage = server.address();
    assertThat(hub().resolve(ID).resolve("model.safetensors")).hasSameBinaryContentAs(weights);
    assertThat(server.tokens()).containsOnly("Bearer secret");
  }

  @Test
  void redirectsAwayFromHttpsAreRefused() {
    server.storage = "http://example.org";
    refused(hub(), "redirects to http://example.org, which is not HTTPS", "#bad-hub-endpoint");
  }

  @Test
  void aCacheThatCannotBeWrittenIsTold() {
    FileBytes.write(directory.resolve("hub"), "a file in the way");
    refused(hub(), "cannot write", "#cannot-write");
  }

  @Test
  void twoDownloadsAtOnceGiveOneSoundModel() throws Exception {
    ExecutorService both = Executors.newFixedThreadPool(2);
    try {
      List<Future<Path>> results =
          both.invokeAll(List.of(() -> hubOf(server).resolve(ID), () -> hubOf(server).resolve(ID)));
      for (Future<Path> result : results) {
        assertThat(result.get().resolve("model.safetensors")).hasSameBinaryContentAs(weights);
      }
    } finally {
      both.shutdown();
    }
  }

  @Test
  void contentsAreWhatWasAsked() {
    Path snapshot = hub().resolve(ID);
    assertThat(snapshot.resolve("config.json")).hasContent("{\"model_type\":\"bert\"}");
    String git = "blob 2\0{}";
    assertThat(server.etag("tokenizer.json"))
        .isEqualTo(FakeHub.hex("SHA-1", git.getBytes(StandardCharsets.UTF_8)));
  }
}
