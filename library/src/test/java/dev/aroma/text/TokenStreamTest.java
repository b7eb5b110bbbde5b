package dev.aroma.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.SharedFiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenStreamTest {
  @ParameterizedTest
  @CsvSource({"llama2", "llama3"})
  void thePiecesAreTheTextAndNoneIsBroken(String name) {
    String text = "Once upon a time: Grüße,  \uD83D\uDC69\u200D\uD83D\uDE80 你好 and\n don't!";
    try (TextTokenizer tokenizer =
        TextTokenizer.load(SharedFiles.require("tokenizers/" + name), 512)) {
      int[] ids = tokenizer.encode(text).ids();
      for (int split = 1; split < ids.length; split += 6) {
        int[] before = Arrays.copyOf(ids, split);
        TokenStream stream = new TokenStream(tokenizer, before);
        List<String> pieces = new ArrayList<>();
        for (int i = split; i < ids.length; i++) {
          pieces.add(stream.next(ids[i]));
        }
        pieces.add(stream.end());
        String known = tokenizer.decode(before);
        if (!known.endsWith("\uFFFD")) { // the prompts of people end between letters
          assertThat(known + String.join("", pieces)).isEqualTo(text);
          assertThat(pieces).noneMatch(piece -> piece.contains("\uFFFD"));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"llama2", "llama3"})
  void theEndGivesOutWhatStayedBroken(String name) {
    try (TextTokenizer tokenizer =
        TextTokenizer.load(SharedFiles.require("tokenizers/" + name), 512)) {
      int[] ids = tokenizer.encode("x \uD83E\uDEC8").ids(); // of Unicode 16: in no vocabulary
      TokenStream stream = new TokenStream(tokenizer, new int[] {ids[0]});
      StringBuilder text = new StringBuilder();
      for (int i = 1; i < ids.length - 1; i++) {
        text.append(stream.next(ids[i]));
      }
      assertThat(text.toString()).doesNotContain("\uFFFD");
      assertThat(stream.end()).contains("\uFFFD");
      assertThat(stream.end()).isEmpty();
    }
  }
}
