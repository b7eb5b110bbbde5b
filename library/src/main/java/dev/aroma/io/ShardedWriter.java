package dev.aroma.io;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.input.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Writes a model's weights as Hugging Face lays them out: {@code model.safetensors} where they fit
 * into one shard, else {@code model-00001-of-0000N.safetensors} and their index.
 *
 * <p>A directory that holds weights already is refused. All shards are on disk before the first is
 * renamed, and the index comes last, so a reader never meets half a model.
 */
public final class ShardedWriter {
  private ShardedWriter() {}

  /**
   * Writes the tensors in order of their names.
   *
   * @param maxShardBytes most bytes of tensor data in one shard; a larger tensor has its own shard
   * @return the files written, the index last
   */
  public static List<Path> write(
      Path directory, Collection<RawTensor> tensors, long maxShardBytes) {
    refuseExisting(directory);
    List<List<RawTensor>> shards = split(tensors, maxShardBytes);
    if (shards.size() == 1) {
      Path single = directory.resolve(Checkpoint.SINGLE);
      SafetensorsWriter.write(single, shards.get(0));
      return List.of(single);
    }
    List<Path> files = writeShards(directory, shards);
    Path index = directory.resolve(Checkpoint.INDEX);
    AtomicFile.writeText(index, index(shards, files));
    files.add(index);
    return files;
  }

  private static void refuseExisting(Path directory) {
    for (String name : List.of(Checkpoint.SINGLE, Checkpoint.INDEX)) {
      if (Files.exists(directory.resolve(name))) {
        throw new InputException(
            directory + " already holds a model: " + name,
            "Give an empty output directory, or move the old model away.",
            "output-not-empty");
      }
    }
  }

  private static List<List<RawTensor>> split(Collection<RawTensor> tensors, long maxShardBytes) {
    List<List<RawTensor>> shards = new ArrayList<>();
    long filled = Long.MAX_VALUE;
    for (RawTensor tensor :
        tensors.stream().sorted(Comparator.comparing(RawTensor::name)).toList()) {
      boolean fits = !shards.isEmpty() && filled <= maxShardBytes - tensor.byteCount();
      if (!fits) {
        shards.add(new ArrayList<>());
        filled = 0;
      }
      shards.get(shards.size() - 1).add(tensor);
      filled += tensor.byteCount();
    }
    return shards.isEmpty() ? List.of(List.of()) : shards;
  }

  private static List<Path> writeShards(Path directory, List<List<RawTensor>> shards) {
    List<Path> files = new ArrayList<>();
    List<Path> staged = new ArrayList<>();
    try {
      for (int i = 0; i < shards.size(); i++) {
        String name = "model-%05d-of-%05d.safetensors".formatted(i + 1, shards.size());
        files.add(directory.resolve(name));
        staged.add(SafetensorsWriter.stage(files.get(i), shards.get(i)));
      }
      for (int i = 0; i < files.size(); i++) {
        AtomicFile.commit(staged.get(i), files.get(i));
      }
    } catch (RuntimeException | Error e) {
      staged.forEach(AtomicFile::discard);
      throw e;
    }
    return files;
  }

  private static String index(List<List<RawTensor>> shards, List<Path> files) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ObjectNode metadata = root.putObject("metadata");
    ObjectNode map = root.putObject("weight_map");
    long total = 0;
    for (int i = 0; i < shards.size(); i++) {
      for (RawTensor tensor : shards.get(i)) {
        map.put(tensor.name(), files.get(i).getFileName().toString());
        total += tensor.byteCount();
      }
    }
    metadata.put("total_size", total);
    return root.toPrettyString() + "\n";
  }
}
