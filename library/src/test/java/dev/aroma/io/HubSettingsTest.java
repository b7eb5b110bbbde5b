package dev.aroma.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubSettingsTest {
  @TempDir Path home;

  private HubSettings of(String... pairs) {
    Map<String, String> environment = new HashMap<>();
    environment.put("HOME", home.toString());
    for (int i = 0; i < pairs.length; i += 2) {
      environment.put(pairs[i], pairs[i + 1]);
    }
    return HubSettings.of(environment);
  }

  @Test
  void theCacheIsWhereHuggingfaceHubHasIt() {
    assertThat(of().cache()).isEqualTo(home.resolve(".cache/huggingface/hub"));
    assertThat(of("XDG_CACHE_HOME", "/x").cache()).isEqualTo(Path.of("/x/huggingface/hub"));
    assertThat(of("HF_HOME", "/h").cache()).isEqualTo(Path.of("/h/hub"));
    assertThat(of("HF_HOME", "~/h").cache()).isEqualTo(home.resolve("h/hub"));
    assertThat(of("HF_HOME", "/h", "HF_HUB_CACHE", "/c").cache()).isEqualTo(Path.of("/c"));
    assertThat(of("HUGGINGFACE_HUB_CACHE", "/old").cache()).isEqualTo(Path.of("/old"));
  }

  @Test
  void theEndpointIsHuggingFaceUnlessToldOtherwise() {
    assertThat(of().endpoint()).isEqualTo(URI.create("https://huggingface.co"));
    assertThat(of("HF_ENDPOINT", "https://mirror.example/hf/").endpoint())
        .isEqualTo(URI.create("https://mirror.example/hf"));
    assertThat(of("HF_ENDPOINT", "http://127.0.0.1:8080").endpoint().getPort()).isEqualTo(8080);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://example.org", "ftp://localhost", "example.org", "http://", ":::"})
  void endpointsWithoutHttpsAreRefused(String endpoint) {
    assertThatThrownBy(() -> of("HF_ENDPOINT", endpoint))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("HF_ENDPOINT is " + endpoint)
        .hasMessageContaining("#bad-hub-endpoint");
  }

  @Test
  void offlineIsSaidInSeveralWays() {
    assertThat(of().offline()).isFalse();
    assertThat(of("HF_HUB_OFFLINE", "0").offline()).isFalse();
    for (String yes : new String[] {"1", "true", "YES", "On"}) {
      assertThat(of("HF_HUB_OFFLINE", yes).offline()).isTrue();
    }
    assertThat(of("TRANSFORMERS_OFFLINE", "1").offline()).isTrue();
  }

  @Test
  void theTokenComesFromTheEnvironmentOrItsFile() {
    assertThat(of().token()).isEmpty();
    FileBytes.write(home.resolve(".cache/huggingface/token"), "stored\n");
    assertThat(of().token()).contains("stored");
    assertThat(of("HF_TOKEN", " given ").token()).contains("given");
    assertThat(of("HUGGING_FACE_HUB_TOKEN", "old").token()).contains("old");
    Path other = FileBytes.write(home.resolve("other"), "elsewhere");
    assertThat(of("HF_TOKEN_PATH", other.toString()).token()).contains("elsewhere");
  }

  @Test
  void theTokenIsNeverPrinted() {
    assertThat(of("HF_TOKEN", "secret", "HF_HUB_OFFLINE", "1").toString())
        .doesNotContain("secret")
        .contains("offline");
  }

  @Test
  void onlyTheEndpointItselfIsTheEndpoint() {
    HubSettings settings = of();
    assertThat(settings.isEndpoint(URI.create("https://huggingface.co/a/b"))).isTrue();
    assertThat(settings.isEndpoint(URI.create("https://cdn.huggingface.co/a"))).isFalse();
    assertThat(settings.isEndpoint(URI.create("http://huggingface.co/a"))).isFalse();
    assertThat(settings.isEndpoint(URI.create("https://huggingface.co:444/a"))).isFalse();
  }

  @Test
  void idsAreParsedWithAndWithoutRevision() {
    assertThat(HubId.parse("FacebookAI/roberta-base"))
        .isEqualTo(new HubId("FacebookAI/roberta-base", "main"))
        .hasToString("FacebookAI/roberta-base");
    assertThat(HubId.parse("gpt2@v1.0").revision()).isEqualTo("v1.0");
    assertThat(HubId.parse("a/b@refs/pr/3")).hasToString("a/b@refs/pr/3");
    assertThat(HubId.parse("a/b").folder()).isEqualTo("models--a--b");
    assertThat(HubId.parse("gpt2").folder()).isEqualTo("models--gpt2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a/b/c",
        "../x",
        "a/..",
        "/a",
        "a/",
        "a b",
        "a/b@",
        "a/b@../x",
        "a/b@x/../y",
        "-a/b",
        ".hidden",
        "a/b@x y",
        "a\\b",
        "a/b?x",
        "a@b@c"
      })
  void whatIsNoIdIsRefused(String text) {
    assertThatThrownBy(() -> HubId.parse(text))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("expected org/name[@revision]")
        .hasMessageContaining("#bad-hub-id");
  }
}
