package dev.aroma.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.fuzz.FuzzRunner.Outcome;
import dev.aroma.fuzz.FuzzRunner.Verdict;
import dev.aroma.input.InputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether what must not happen would be noticed. */
class FuzzRunnerTest {
  private static final byte[] SOUND =
      "{\"a\": [1, 2], \"b\": {\"c\": \"x\"}}\n".getBytes(StandardCharsets.UTF_8);

  @TempDir Path directory;

  private Verdict verdict(Duration patience, FuzzTarget.Reading reading) {
    FuzzTarget target = FuzzTarget.of("t", "x.json", SOUND, Form.JSON, "line \\d", reading);
    return new FuzzRunner(directory, patience).run(FuzzCase.of(List.of(target), 1, 7));
  }

  private Verdict verdict(FuzzTarget.Reading reading) {
    return verdict(Duration.ofSeconds(30), reading);
  }

  private static FuzzTarget.Reading refusing(String problem) {
    return read -> {
      throw new InputException(problem, "mend it", "bad-json");
    };
  }

  @Test
  void whatIsReadOrRefusedWithFileAndPlaceIsFine() {
    assertThat(verdict(read -> assertThat(read.resolve("x.json")).exists()).outcome())
        .isEqualTo(Outcome.READ);
    assertThat(verdict(refusing("x.json, line 3: no")).outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(directory).as("its files are gone").isEmptyDirectory();
  }

  @Test
  void aRefusalWithoutFileOrPlaceIsAFinding() {
    assertThat(verdict(refusing("line 3: no")).what()).contains("does not name the file");
    assertThat(verdict(refusing("x.json: no")).what()).contains("does not name the place");
  }

  @Test
  void anyOtherExceptionOrErrorIsAFinding() {
    Verdict verdict =
        verdict(
            read -> {
              throw new IndexOutOfBoundsException("7");
            });
    assertThat(verdict.outcome()).isEqualTo(Outcome.FINDING);
    assertThat(verdict.what()).contains("IndexOutOfBounds", "7", "FuzzRunnerTest");
    assertThat(
            verdict(
                    read -> {
                      throw new StackOverflowError();
                    })
                .outcome())
        .isEqualTo(Outcome.FINDING);
  }

  @Test
  void whatDoesNotEndIsAFindingThatSaysWhere() {
    CountDownLatch never = new CountDownLatch(1);
    Verdict verdict =
        verdict(
            Duration.ofMillis(200),
            read -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    never.countDown();
    assertThat(verdict.what()).startsWith("hangs: ").contains("CountDownLatch.await");
  }

  @Test
  void moreMemoryThanTheFilesExplainIsAFinding() {
    Set<Integer> kept = new HashSet<>();
    Verdict verdict = verdict(read -> kept.add(Arrays.hashCode(new byte[64 << 20])));
    assertThat(verdict.what()).startsWith("allocated ");
  }

  @Test
  void theSameSeedAndNumberGiveTheSameDamage() throws Exception {
    FuzzTarget target = FuzzTarget.of("t", "x.json", SOUND, Form.JSON, "", read -> {});
    Set<String> different = new HashSet<>();
    for (int number = 0; number < 200; number++) {
      for (String name : List.of("one", "two")) {
        Path copy = Files.createDirectories(directory.resolve(name));
        FuzzCase.of(List.of(target), 3, number).write(copy);
      }
      assertThat(directory.resolve("one/x.json"))
          .hasSameBinaryContentAs(directory.resolve("two/x.json"));
      different.add(Files.readString(directory.resolve("one/x.json"), StandardCharsets.ISO_8859_1));
    }
    assertThat(different).as("of 200").hasSizeGreaterThan(120);
  }

  @Test
  void damageOfAFormLeavesManyFilesWellFormed() {
    byte[] header = "{\"a\":{\"b\":[0]}}".getBytes(StandardCharsets.UTF_8);
    byte[] tensors = new byte[8 + header.length + 8];
    tensors[0] = (byte) header.length;
    System.arraycopy(header, 0, tensors, 8, header.length);
    int consistent = 0;
    for (int seed = 0; seed < 100; seed++) {
      byte[] bytes = new Mutator(seed).mutate(tensors, Form.SAFETENSORS);
      boolean whole =
          bytes.length >= 16 && bytes[8] == '{' && bytes[0] == (byte) (bytes.length - 16);
      consistent += whole ? 1 : 0;
    }
    assertThat(consistent).as("headers with their own length, of 100").isGreaterThan(20);
  }
}
