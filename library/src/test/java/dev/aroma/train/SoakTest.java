package dev.aroma.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aroma.tensor.Engine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Memory is freed by scopes alone: anything forgotten shows as growth. The Java heap of the process
 * is of a fixed size and touched at once, so that it is none of the growth.
 */
class SoakTest {
  private static final Pattern LINE = Pattern.compile("resident (\\d+) (\\d+)");

  /** AROMA with its merges, and the methods that keep most besides the model. */
  @ParameterizedTest
  @ValueSource(strings = {"aroma", "adalora", "dora"})
  void residentMemoryStaysFlatOverTwoThousandSteps(String method, @TempDir Path directory)
      throws IOException, InterruptedException {
    assumeTrue(Engine.residentBytes() > 0, "skipped: this system does not tell resident memory");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                List.of(
                    java,
                    "-Xms128m",
                    "-Xmx128m",
                    "-XX:+AlwaysPreTouch",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Soak.class.getName(),
                    directory.toString(),
                    method))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    Matcher line = LINE.matcher(said);
    assertThat(line.find()).as(said).isTrue();
    double settled = Double.parseDouble(line.group(1));
    assertThat(Double.parseDouble(line.group(2))).as(said).isLessThan(settled * 1.05);
  }
}
