package dev.aroma.model.bert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.aroma.input.InputException;
import dev.aroma.io.JsonConfig;
import dev.aroma.model.TinyModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BertConfigTest {
  private static BertConfig with(String key, String value) {
    ObjectNode json = TinyModels.config("bert").json();
    String text = json.putRawValue(key, new RawValue(value)).toString();
    return BertConfig.of(JsonConfig.parse("dir/config.json", text), null);
  }

  /** Each of these reached libtorch before, which ended the run with a trace of its own. */
  @ParameterizedTest
  @CsvSource({
    "hidden_dropout_prob, 2",
    "hidden_dropout_prob, NaN",
    "attention_probs_dropout_prob, -0.5",
    "classifier_dropout, 1",
    "layer_norm_eps, -1",
    "initializer_range, -1",
    "type_vocab_size, 0",
    "pad_token_id, -1",
    "num_hidden_layers, 1000000",
    "hidden_size, 2147483648",
    "hidden_act, '\"magic\"'"
  })
  void valuesThatNoModelHasAreRefusedWithFileAndKey(String key, String value) {
    assertThatThrownBy(() -> with(key, value))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("dir/config.json")
        .hasMessageContaining(key);
  }

  @Test
  void soundValuesAreTaken() {
    assertThat(with("hidden_dropout_prob", "0.5").hiddenDropout()).isEqualTo(0.5);
    assertThat(with("hidden_act", "\"relu\"").activation()).isEqualTo("relu");
  }
}
