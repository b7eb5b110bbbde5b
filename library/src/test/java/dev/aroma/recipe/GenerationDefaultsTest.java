package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.generate.Decoding;
import dev.aroma.input.InputException;
import dev.aroma.io.HfDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerationDefaultsTest {
  @TempDir private Path directory;

  private GenerationDefaults read(String config, String generation) throws IOException {
    Files.writeString(directory.resolve("config.json"), config);
    if (generation != null) {
      Files.writeString(directory.resolve("generation_config.json"), generation);
    }
    return GenerationDefaults.of(HfDirectory.open(directory));
  }

  @Test
  void aModelThatSaysNothingIsGreedy() throws IOException {
    GenerationDefaults defaults = read("{\"eos_token_id\": 2}", null);
    assertThat(defaults.decoding()).isEqualTo(Decoding.greedy(256));
    assertThat(defaults.ends()).containsExactly(2);
  }

  @Test
  void aModelThatSamplesDoes() throws IOException {
    GenerationDefaults defaults =
        read(
            "{\"eos_token_id\": 2}",
            """
            {"do_sample": true, "temperature": 0.6, "top_p": 0.9, "eos_token_id": [5, 9],
             "max_new_tokens": 7}
            """);
    assertThat(defaults.decoding()).isEqualTo(Decoding.sampling(7, 0.6, 50, 0.9, 0));
    assertThat(defaults.ends()).containsExactly(5, 9);
  }

  @Test
  void whatAModelSaysOfSamplingDoesNotCountWhereItDoesNotSample() throws IOException {
    GenerationDefaults defaults =
        read("{}", "{\"temperature\": 0.6, \"top_p\": 0.9, \"num_beams\": 3}");
    assertThat(defaults.decoding()).isEqualTo(Decoding.beams(3, 256));
    assertThat(defaults.ends()).isEmpty();
  }

  @Test
  void optionsWin() {
    Decoding samples = Decoding.sampling(7, 0.6, 50, 0.9, 0);
    assertThat(GenerationOptions.NONE.over(samples)).isEqualTo(samples);
    assertThat(new GenerationOptions(3, null, 0.2, 5, 0.5, 4L).over(samples))
        .isEqualTo(Decoding.sampling(3, 0.2, 5, 0.5, 4));
    assertThat(new GenerationOptions(null, 4, null, null, null, null).over(samples))
        .isEqualTo(new Decoding(7, 4, 0, 50, 0.9, 1, false, 0));
    assertThat(new GenerationOptions(null, null, null, 5, null, null).over(Decoding.greedy(9)))
        .isEqualTo(Decoding.sampling(9, 1, 5, 1, 0));
    assertThat(new GenerationOptions(null, null, 0.5, null, null, null).over(Decoding.beams(4, 9)))
        .isEqualTo(Decoding.sampling(9, 0.5, 0, 1, 0));
  }

  @Test
  void anEndIsAnIdOrSome() throws IOException {
    GenerationDefaults defaults = read("{\"eos_token_id\": \"</s>\"}", null);
    assertThatThrownBy(defaults::ends)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("eos_token_id: expected a token id, or a list of them");
  }
}
