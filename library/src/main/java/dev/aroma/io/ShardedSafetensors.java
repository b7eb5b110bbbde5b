package dev.aroma.io;

import dev.aroma.input.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The shards that a {@code model.safetensors.index.json} names, as one source of tensors. */
final class ShardedSafetensors implements TensorSource {
  /** A plain file name: an index must not point out of its directory. */
  private static final Pattern FILE_NAME =
      Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]*\\.safetensors");

  private final Path index;
  private final Map<String, String> shardOf;
  private final Map<String, SafetensorsFile> shards = new LinkedHashMap<>();

  private ShardedSafetensors(Path index, Map<String, String> shardOf) {
    this.index = index;
    this.shardOf = shardOf;
  }

  static ShardedSafetensors open(Path index) {
    ShardedSafetensors result = new ShardedSafetensors(index, weightMap(index));
    try {
      result.shardOf.forEach(result::checkHolds);
      return result;
    } catch (RuntimeException | Error e) {
      result.close();
      throw e;
    }
  }

  /** Tensor name to shard file name, the latter checked to be a plain name. */
  static Map<String, String> weightMap(Path index) {
    JsonConfig json = JsonConfig.read(index);
    JsonConfig map =
        json.object("weight_map").orElseThrow(() -> json.wrong("weight_map", "an object"));
    Map<String, String> shardOf = new LinkedHashMap<>();
    for (String tensor : map.keys()) {
      String shard = map.requireString(tensor);
      if (!FILE_NAME.matcher(shard).matches()) {
        throw map.wrong(tensor, "the plain name of a .safetensors file");
      }
      shardOf.put(tensor, shard);
    }
    return shardOf;
  }

  private void checkHolds(String tensor, String shard) {
    SafetensorsFile file = shards.get(shard);
    if (file == null) {
      file = openShard(tensor, shard);
      shards.put(shard, file);
    }
    if (!file.contains(tensor)) {
      throw new InputException(
          "%s: says that %s holds tensor %s, which it does not".formatted(index, shard, tensor),
          "Index and shards are of different downloads; fetch them again together.",
          "shard-lacks-tensor");
    }
  }

  private SafetensorsFile openShard(String tensor, String shard) {
    Path file = index.resolveSibling(shard);
    if (!Files.exists(file)) {
      throw new InputException(
          "%s: names the shard %s (for %s), which is not there".formatted(index, shard, tensor),
          "Download the missing shard into the same directory.",
          "missing-shard");
    }
    return SafetensorsFile.open(file);
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(shardOf.keySet());
  }

  @Override
  public RawTensor get(String name) {
    String shard = shardOf.get(name);
    if (shard == null) {
      throw MissingTensor.in(this, name);
    }
    return shards.get(shard).get(name);
  }

  @Override
  public String source() {
    return index.toString();
  }

  @Override
  public void close() {
    shards.values().forEach(SafetensorsFile::close);
  }
}
