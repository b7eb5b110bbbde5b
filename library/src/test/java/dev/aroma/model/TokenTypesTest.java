package dev.aroma.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.io.JsonConfig;
import dev.aroma.model.bert.BertFamily;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Segments of pairs, in models that tell them apart and in those that don't. */
class TokenTypesTest {
  @ParameterizedTest
  @CsvSource({"bert, 2, true", "roberta, 2, true", "roberta, 1, false", "bert, 1, false"})
  void secondTextsMatterToModelsOfTwoTypesOnly(String type, int types, boolean matter) {
    ObjectNode json = TinyModels.config(type).json().deepCopy();
    json.put("type_vocab_size", types);
    SequenceClassifier model =
        new BertFamily().classifier(JsonConfig.parse("tiny", json.toString()), 3, null);
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      model
          .parameters()
          .forEach((path, p) -> p.value(new Rng(7).stream(path).normal(0.15, p.shape())));
      Inputs first = TinyModels.inputs();
      Tensor second = first.types().add(1).to(DType.I64);
      float[] expected = model.logits(first).floats();
      float[] found = model.logits(new Inputs(first.ids(), second, null)).floats();
      if (matter) {
        assertThat(found).isNotEqualTo(expected);
      } else {
        assertThat(found).containsExactly(expected);
      }
    } finally {
      model.unload();
    }
  }
}
