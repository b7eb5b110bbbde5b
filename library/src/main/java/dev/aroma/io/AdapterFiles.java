package dev.aroma.io;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A LoRA adapter as Hugging Face PEFT stores it: {@code adapter_config.json} and {@code
 * adapter_model.safetensors}, with keys {@code base_model.model.<module>.lora_A.weight} (r, n) and
 * {@code .lora_B.weight} (m, r), and the head under its own names.
 *
 * <p>Source: PEFT 0.21 and its <a
 * href="https://huggingface.co/docs/peft/developer_guides/checkpoint">checkpoint format</a>.
 */
public final class AdapterFiles {
  static final String CONFIG = "adapter_config.json";
  static final String WEIGHTS = "adapter_model.safetensors";
  static final String PREFIX = "base_model.model.";
  private static final List<String> OWN =
      List.of(CONFIG, WEIGHTS, OwnAdapter.CONFIG, OwnAdapter.WEIGHTS, OwnAdapter.HEAD, "README.md");

  /** How ranks that differ from module to module are stored. */
  public enum Mode {
    /** Each module at its own rank, told by rank_pattern and alpha_pattern; rank 0 left out. */
    COMPACT,
    /** Every module zero-padded to the largest rank, for servers that ignore the patterns. */
    PADDED
  }

  private AdapterFiles() {}

  /**
   * Writes a directory that is complete or absent; an adapter that was there is replaced.
   *
   * @return false, and nothing is written, where every rank is 0: there is no LoRA to write
   */
  public static boolean write(Path directory, LoraAdapter adapter, Mode mode) {
    if (adapter.largestRank() == 0) {
      return false;
    }
    List<LoraFactors> modules = mode == Mode.PADDED ? pad(adapter) : adapter.live();
    ObjectNode config = AdapterConfig.json(adapter, modules);
    write(directory, CONFIG, config, WEIGHTS, tensors(modules, adapter.head()));
    return true;
  }

  /** Writes a directory of a config and tensors that is complete or absent. */
  static void write(
      Path directory,
      String configName,
      ObjectNode config,
      String weightsName,
      List<RawTensor> tensors) {
    refuseForeign(directory);
    Path temporary = AtomicFile.besides(directory);
    try {
      SafetensorsWriter.write(temporary.resolve(weightsName), tensors);
      AtomicFile.writeText(temporary.resolve(configName), config.toPrettyString() + "\n");
      replace(temporary, directory);
    } finally {
      discard(temporary);
    }
  }

  /**
   * Copies the files of an adapter of any kind, unchanged; what else lies there is left out.
   *
   * @param to complete or absent afterwards; an adapter that was there is replaced
   */
  public static void copy(Path from, Path to) {
    refuseForeign(to);
    Path temporary = AtomicFile.besides(to);
    try {
      Files.createDirectories(temporary);
      for (String name : OWN) {
        if (Files.isRegularFile(from.resolve(name))) {
          AtomicFile.copy(from.resolve(name), temporary.resolve(name));
        }
      }
      replace(temporary, to);
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(to, e);
    } finally {
      discard(temporary);
    }
  }

  /** Whether a directory holds an adapter, of PEFT or in our own format, or a head alone. */
  public static boolean isIn(Path directory) {
    return isPeft(directory)
        || OwnAdapter.isIn(directory)
        || Files.exists(directory.resolve(OwnAdapter.HEAD));
  }

  /** Whether a directory holds an adapter of PEFT. */
  public static boolean isPeft(Path directory) {
    return Files.exists(directory.resolve(CONFIG));
  }

  /** All modules at the largest rank and one scale, as one lora_alpha must do for all. */
  private static List<LoraFactors> pad(LoraAdapter adapter) {
    int rank = adapter.largestRank();
    double scale = AdapterConfig.widest(adapter.live()).scale();
    return adapter.modules().stream().map(module -> module.padded(rank, scale)).toList();
  }

  private static List<RawTensor> tensors(List<LoraFactors> modules, List<RawTensor> head) {
    List<RawTensor> tensors = new ArrayList<>();
    for (LoraFactors module : modules) {
      String path = PREFIX + module.module();
      tensors.add(module.a().named(path + ".lora_A.weight"));
      tensors.add(module.b().named(path + ".lora_B.weight"));
      if (module.magnitude() != null) {
        tensors.add(module.magnitude().named(path + ".lora_magnitude_vector"));
      }
    }
    head.forEach(tensor -> tensors.add(tensor.named(PREFIX + tensor.name())));
    return tensors;
  }

  private static void refuseForeign(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      List<String> foreign =
          files.map(f -> f.getFileName().toString()).filter(f -> !OWN.contains(f)).toList();
      if (!foreign.isEmpty()) {
        throw new InputException(
            directory + " holds more than an adapter: " + foreign.get(0),
            "Give a new directory for the adapter.",
            "output-not-empty");
      }
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(directory, e);
    }
  }

  /** The old adapter is moved aside and deleted only when the new one is in its place. */
  private static void replace(Path temporary, Path directory) {
    Path old = AtomicFile.besides(directory);
    try {
      if (Files.exists(directory)) {
        Files.move(directory, old);
      }
      Files.move(temporary, directory);
      AtomicFile.forceDirectory(directory.toAbsolutePath().getParent());
    } catch (IOException e) {
      restore(old, directory);
      throw AtomicFile.cannotWrite(directory, e);
    }
    discard(old);
  }

  private static void restore(Path old, Path directory) {
    try {
      if (Files.exists(old) && !Files.exists(directory)) {
        Files.move(old, directory);
      }
    } catch (IOException e) {
      // The old adapter stays under its hidden name, which is better than nothing.
    }
  }

  private static void discard(Path directory) {
    OWN.forEach(name -> AtomicFile.discard(directory.resolve(name)));
    AtomicFile.discard(directory);
  }

  /** Reads a LoRA adapter; other kinds are refused by name. */
  public static LoraAdapter read(Path directory) {
    JsonConfig config = readConfig(directory);
    try (SafetensorsFile weights = SafetensorsFile.open(directory.resolve(WEIGHTS))) {
      return new AdapterReader(AdapterConfig.of(config), weights).read();
    }
  }

  /** The adapter's config, of any kind. */
  public static JsonConfig readConfig(Path directory) {
    Path file = directory.resolve(CONFIG);
    if (!Files.exists(file)) {
      throw new InputException(
          directory + ": not an adapter directory: it has no " + CONFIG,
          "Point at the directory that holds " + CONFIG + " and " + WEIGHTS + ".",
          "not-an-adapter");
    }
    return JsonConfig.read(file);
  }
}
