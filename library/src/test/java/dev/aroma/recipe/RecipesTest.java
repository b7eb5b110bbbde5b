package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.peft.AromaOptions;
import dev.aroma.peft.HeadOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecipesTest {
  @Test
  void everyShippedRecipeBindsAndSaysWhatItDoes() {
    for (String name : Recipes.shipped()) {
      Recipes.bind(Recipes.with(Config.empty(), name));
      assertThat(Recipes.summary(name)).isNotBlank().doesNotContain("#");
    }
  }

  @Test
  void sameMethodKeepsItsOptionsHoweverItIsWritten() {
    for (String yaml : List.of("method: {name: aroma, rank: 3}", "method: {rank: 3}")) {
      Config config = Recipes.withMethod(Config.empty().withYaml(yaml, "t"), "aroma", "--method");
      assertThat(((AromaOptions) Recipes.bind(config).method()).rank()).isEqualTo(3);
    }
  }

  @Test
  void anotherMethodDropsThem() {
    for (String yaml :
        List.of("method: {name: aroma, rank: 3}", "method: {rank: 3}", "method: x")) {
      Config config = Recipes.withMethod(Config.empty().withYaml(yaml, "t"), "head", "--method");
      assertThat(Recipes.bind(config).method()).isEqualTo(new HeadOptions());
    }
  }
}
