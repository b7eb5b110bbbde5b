package dev.aroma.fuzz;

import dev.aroma.io.SnapshotFiles;
import dev.aroma.train.TinyRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checkpoints of a run: as files, and as the state of a training that goes on. */
final class CheckpointFuzz {
  private static final Map<String, Form> STATE =
      Map.of("state.json", Form.JSON, "state.safetensors", Form.SAFETENSORS);

  private CheckpointFuzz() {}

  static List<FuzzTarget> targets(Path workplace) throws IOException {
    TinyRun run = TinyRun.in(Files.createDirectories(workplace));
    run.begin(workplace.resolve("sound"));
    Map<String, byte[]> files =
        FuzzTargets.filesIn(workplace.resolve("sound").resolve(TinyRun.CHECKPOINT));
    Map<String, byte[]> below = new LinkedHashMap<>();
    files.forEach((name, bytes) -> below.put(TinyRun.CHECKPOINT + "/" + name, bytes));
    Map<String, Form> all = new LinkedHashMap<>(STATE);
    all.put("digests.json", Form.JSON);
    Map<String, Form> inside = new LinkedHashMap<>();
    STATE.forEach((name, form) -> inside.put(TinyRun.CHECKPOINT + "/" + name, form));
    return List.of(
        new FuzzTarget("checkpoint", files, all, "", CheckpointFuzz::open),
        new FuzzTarget(
            "checkpoint under fitting digests", below, inside, "", place -> resume(run, place)));
  }

  private static void open(Path directory) {
    try (SnapshotFiles files = SnapshotFiles.open(directory)) {
      FuzzTargets.readAll(files.tensors());
    }
  }

  /** Damage that no digest tells, as of a program that wrote nonsense. */
  private static void resume(TinyRun run, Path directory) {
    try {
      TinyRun.seal(directory.resolve(TinyRun.CHECKPOINT));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run.resume(directory);
  }
}
