package dev.aroma.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
  private static final OffsetDateTime BEGIN = OffsetDateTime.parse("2026-03-04T05:06:07.89+01:00");
  private static final String SHA_OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-2, B.1

  @TempDir Path dir;

  private static Manifest sample() {
    return Manifest.begin(
        Versions.current("2.10.0-1.5.13"),
        Machine.current("NVIDIA H100"),
        List.of("aroma", "train", "--set", "a=b c"),
        42,
        "abc",
        Map.of("train.tsv", "00"),
        Map.of(),
        BEGIN);
  }

  @Test
  void manifestOfABegunAndOfAFinishedRunComesBack() {
    RunDirectory run = RunDirectory.create(dir.resolve("run"));
    run.writeManifest(sample());
    assertThat(run.readManifest()).isEqualTo(sample());
    Manifest ended = sample().end(BEGIN.plusMinutes(2), OptionalLong.of(1 << 30));
    run.writeManifest(ended);
    assertThat(run.readManifest()).isEqualTo(ended);
    assertThat(ended.started()).isEqualTo("2026-03-04T05:06:07+01:00");
    assertThat(ended.finished()).isEqualTo("2026-03-04T05:08:07+01:00");
    assertThat(ended.peakMemoryBytes()).isEqualTo(1 << 30);
    assertThat(sample().end(BEGIN, OptionalLong.empty()).peakMemoryBytes()).isNull();
  }

  @Test
  void configIsDigested() {
    assertThat(sample().configSha256()).isEqualTo(SHA_OF_ABC);
  }

  @Test
  void versionsComeFromTheBuild() {
    Versions versions = Versions.current("2.10.0");
    assertThat(versions.aroma()).matches("\\d+\\.\\d+.*");
    assertThat(versions.revision()).isNotBlank().doesNotContain("$");
    assertThat(versions.java()).startsWith(System.getProperty("java.version"));
    assertThat(versions.libtorch()).isEqualTo("2.10.0");
  }

  @Test
  void placeholderThatNobodyFilledIsUnknown() {
    assertThat(Versions.filled("${git.commit.id.describe}")).isEqualTo("unknown");
    assertThat(Versions.filled(null)).isEqualTo("unknown");
    assertThat(Versions.filled("abc")).isEqualTo("abc");
  }

  @Test
  void machineIsDescribed() {
    Machine machine = Machine.current(null);
    assertThat(machine.cores()).isPositive();
    assertThat(machine.cpu()).isNotBlank();
    assertThat(machine.memoryBytes()).isPositive();
    assertThat(machine.accelerator()).isNull();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void peakMemoryIsKnownOnLinux() {
    assertThat(Machine.peakResidentBytes().orElseThrow()).isGreaterThan(10_000_000);
  }

  @Test
  void filesUnderProcAreReadAsFarAsTheyAreThere() throws IOException {
    Path file = Files.writeString(dir.resolve("status"), "Name:\tjava\nVmHWM:\t  2048 kB\n");
    assertThat(Machine.peak(file)).hasValue(2048 * 1024);
    assertThat(Machine.field(file, "Name")).contains("java");
    assertThat(Machine.field(file, "Other")).isEmpty();
    assertThat(Machine.peak(dir.resolve("no"))).isEmpty();
    Files.writeString(file, "VmHWM:\tlots\n");
    assertThat(Machine.peak(file)).isEmpty();
  }
}
