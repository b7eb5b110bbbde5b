package dev.aroma.model.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.SharedFiles;
import dev.aroma.io.HfDirectory;
import dev.aroma.io.SafetensorsFile;
import dev.aroma.io.TensorSource;
import dev.aroma.model.CausalModel;
import dev.aroma.model.Inputs;
import dev.aroma.model.Weights;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A tiny model of the reference, and what transformers computed with it. */
public final class References implements AutoCloseable {
  private final HfDirectory directory;
  private final SafetensorsFile io;
  private final List<CausalModel> models = new ArrayList<>();

  private References(HfDirectory directory, SafetensorsFile io) {
    this.directory = directory;
    this.io = io;
  }

  /** By the name of its directory; skips the test where there is none. */
  public static References open(String name) {
    Path path = SharedFiles.require("reference/models/" + name);
    return new References(
        HfDirectory.open(path), SafetensorsFile.open(path.resolve("io.safetensors")));
  }

  /** The model, freed with this. */
  public CausalModel model(DType type) {
    CausalModel model = new LlamaFamily().causal(directory.config(), null);
    models.add(model);
    model.computeType(type);
    try (TensorSource weights = directory.weights()) {
      Weights.load(model, weights, Device.CPU, path -> type, new Rng(0));
    }
    return model;
  }

  SafetensorsFile io() {
    return io;
  }

  public Tensor get(String name) {
    return get(io, name);
  }

  /** Padded on the left. */
  public Inputs prompts() {
    return new Inputs(get("prompt_ids"), null, get("prompt_mask"));
  }

  static Tensor get(SafetensorsFile io, String name) {
    return Weights.tensor(io.get(name));
  }

  /** Of every next token whose label is not -100. */
  public static Tensor loss(Tensor logits, Tensor labels) {
    long length = labels.size(1) - 1;
    long[] next = labels.narrow(1, 1, length).contiguous().longs();
    List<Long> rows = new ArrayList<>();
    List<Long> targets = new ArrayList<>();
    for (int i = 0; i < next.length; i++) {
      if (next[i] != -100) {
        rows.add(i / length * (length + 1) + i % length);
        targets.add(next[i]);
      }
    }
    Tensor flat = logits.view(-1, logits.size(2)).rows(tensor(rows));
    return Ops.crossEntropy(flat, tensor(targets));
  }

  private static Tensor tensor(List<Long> values) {
    return Tensor.of(values.stream().mapToLong(v -> v).toArray(), values.size());
  }

  public static void agree(String what, Tensor found, Tensor expected, double tolerance) {
    assertThat(found.shape()).as(what).isEqualTo(expected.shape());
    float[] values = found.floats();
    float[] wanted = expected.floats();
    for (int i = 0; i < values.length; i++) {
      if (!(Math.abs(values[i] - wanted[i]) <= tolerance)) { // assertThat is slow
        assertThat((double) values[i])
            .as("%s[%d]", what, i)
            .isCloseTo((double) wanted[i], within(tolerance));
      }
    }
  }

  @Override
  public void close() {
    models.forEach(CausalModel::unload);
    io.close();
  }
}
