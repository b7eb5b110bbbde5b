package dev.aroma.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import dev.aroma.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxRewriterTest {
  private static final String POSITIONS = "embeddings.position_embeddings.weight"; // (7, 4)
  private static final String NORM = "embeddings.LayerNorm.bias"; // (4)

  @TempDir Path directory;
  private Path from;
  private Path to;

  @BeforeEach
  void graph() throws IOException {
    from = Files.write(directory.resolve("from.onnx"), new TinyOnnxBert().bytes());
    to = directory.resolve("to.onnx");
  }

  private static RawTensor ones(String name, long... shape) {
    float[] values = new float[(int) RawTensor.elements(shape)];
    Arrays.fill(values, 1.5f);
    return RawTensor.ofFloats(name, values, shape);
  }

  private static int differing(Path one, Path other) throws IOException {
    byte[] left = Files.readAllBytes(one);
    byte[] right = Files.readAllBytes(other);
    assertThat(right).hasSameSizeAs(left);
    int count = 0;
    for (int i = 0; i < left.length; i++) {
      count += left[i] == right[i] ? 0 : 1;
    }
    return count;
  }

  @Test
  void valuesTakeThePlaceOfOthersAndNothingElseChanges() throws IOException {
    // Given in another order than the file's.
    OnnxRewriter.write(from, to, List.of(ones(NORM, 4), ones(POSITIONS, 7, 4)));
    OnnxModel model = OnnxModel.open(to);
    assertThat(model.initialiser(NORM).orElseThrow().toFloats()).containsOnly(1.5f);
    assertThat(model.initialiser(POSITIONS).orElseThrow().toFloats()).containsOnly(1.5f);
    OnnxModel before = OnnxModel.open(from);
    for (String name : before.names()) {
      if (!List.of(NORM, POSITIONS).contains(name)) {
        assertThat(model.initialiser(name).orElseThrow().buffer())
            .isEqualTo(before.initialiser(name).orElseThrow().buffer());
      }
    }
    assertThat(differing(from, to)).isPositive().isLessThanOrEqualTo((4 + 28) * 4);
  }

  @Test
  void writingTheSameValuesGivesTheSameFile() throws IOException {
    OnnxModel model = OnnxModel.open(from);
    List<RawTensor> all =
        model.names().stream().map(name -> model.initialiser(name).orElseThrow()).toList();
    OnnxRewriter.write(from, to, all);
    assertThat(Files.mismatch(from, to)).isEqualTo(-1);
  }

  @Test
  void packedListsOfFloatsAreReplacedToo() throws IOException {
    ProtoBytes packed =
        ProtoBytes.tensor("packed", 1, 2).bytes(OnnxTensor.FLOAT_DATA, ProtoBytes.floats(1, 2));
    Files.write(from, new TinyOnnxBert().initialiser(packed).bytes());
    OnnxRewriter.write(from, to, List.of(ones("packed", 2)));
    assertThat(OnnxModel.open(to).initialiser("packed").orElseThrow().toFloats())
        .containsExactly(1.5f, 1.5f);
  }

  @Test
  void valuesInPiecesAreRefusedAndNothingIsWritten() throws IOException {
    ProtoBytes pieces =
        ProtoBytes.tensor("pieces", 1, 2)
            .float32(OnnxTensor.FLOAT_DATA, 1)
            .float32(OnnxTensor.FLOAT_DATA, 2);
    Files.write(from, new TinyOnnxBert().initialiser(pieces).bytes());
    assertThatThrownBy(() -> OnnxRewriter.write(from, to, List.of(ones("pieces", 2))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("from.onnx: tensor pieces keeps its values in pieces")
        .hasMessageContaining("#onnx-export");
    assertThat(to).doesNotExist();
  }

  @Test
  void otherShapesTypesAndNamesAreRefused() {
    assertThatThrownBy(() -> OnnxRewriter.write(from, to, List.of(ones(NORM, 5))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("#wrong-shape");
    RawTensor half = RawTensor.of(NORM, DType.F16, new long[] {4}, () -> null);
    assertThatThrownBy(() -> OnnxRewriter.write(from, to, List.of(half)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("F16");
    assertThatThrownBy(() -> OnnxRewriter.write(from, to, List.of(ones("other", 4))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no initialiser other");
  }

  @Test
  void theGraphTellsWhereAWeightStands() {
    try (OnnxBert bert = OnnxBert.open(from)) {
      assertThat(bert.slot(NORM)).contains(new OnnxBert.Slot(NORM, DType.F32, false));
      OnnxBert.Slot query = bert.slot("encoder.layer.0.attention.self.query.weight").orElseThrow();
      assertThat(query.transposed()).isTrue();
      assertThat(query.initialiser()).startsWith("onnx::MatMul_");
      assertThat(bert.slot("classifier.weight")).isEmpty();
    }
  }

  @Test
  void aQuantisedGraphIsCalledSo() throws IOException {
    TinyOnnxBert graph = new TinyOnnxBert().without("encoder.layer.0.attention.self.query.weight");
    graph.add(ProtoBytes.node("DynamicQuantizeLinear", "x", "y"));
    Files.write(from, graph.bytes());
    assertThatThrownBy(() -> OnnxBert.open(from))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("a quantised export (it has DynamicQuantizeLinear)")
        .hasMessageContaining("take the model.onnx that it was made from")
        .hasMessageContaining("#onnx-not-bert");
  }
}
