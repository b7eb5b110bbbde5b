package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.tensor.CudaDriver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
  private static final Optional<CudaDriver> DRIVER = Optional.of(new CudaDriver(13_010, 1, "H100"));

  @TempDir Path directory;

  @Test
  void allThatTrainingNeedsIsLookedAtAndWorksHere() {
    List<Check> checks = Doctor.examine(Map.of("XDG_CACHE_HOME", directory.toString()));
    assertThat(checks)
        .extracting(Check::name)
        .containsExactly(
            "java",
            "platform",
            "cpu",
            "memory",
            "libtorch",
            "threads",
            "libraries",
            "cuda",
            "fp32",
            "bf16",
            "tokenizers",
            "cache",
            "hub cache",
            "disk");
    assertThat(checks).noneMatch(check -> check.level() == Check.Level.BROKEN);
    assertThat(checks)
        .allSatisfy(c -> assertThat(c.hint().isEmpty()).isEqualTo(c.level() == Check.Level.OK));
    assertThat(value(checks, "fp32")).matches("[1-9]\\d* GFLOP/s on .*");
    assertThat(value(checks, "libraries")).matches("OpenBLAS, oneDNN [\\d.]+, OpenMP [\\d.]+.*");
    assertThat(value(checks, "hub cache")).contains(directory.toString(), "not there yet");
  }

  private static String value(List<Check> checks, String name) {
    return checks.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow().value();
  }

  @Test
  void librariesAreToldByTheNamesThatPeopleKnow() {
    String build =
        """
        PyTorch built with:
          - Intel(R) oneAPI Math Kernel Library Version 2024
          - Intel(R) MKL-DNN v3.7.1 (Git Hash 8d26)
          - OpenMP 201511 (a.k.a. OpenMP 4.5)
          - CUDA Runtime 13.1
          - CuDNN 91.9.0
          - Build settings: BLAS_INFO=mkl, BUILD_TYPE=Release
        """;
    assertThat(Doctor.libraries(build))
        .isEqualTo("MKL, oneDNN 3.7.1, OpenMP 4.5, CUDA 13.1, cuDNN 91.9.0");
    assertThat(Doctor.libraries("BLAS_INFO=blis")).isEqualTo("blis");
    assertThat(Doctor.libraries("")).isEqualTo("not told");
  }

  @Test
  void whyThereIsNoCudaIsTold() {
    assertThat(Doctor.cuda(true, DRIVER, 1))
        .isEqualTo(Check.ok("cuda", "H100, driver for CUDA 13.1"));
    assertThat(Doctor.cuda(false, Optional.empty(), 0).value()).contains("no NVIDIA driver");
    assertThat(Doctor.cuda(false, Optional.empty(), 0).level()).isEqualTo(Check.Level.OK);
    assertThat(Doctor.cuda(true, Optional.empty(), 0).hint())
        .contains("driver for CUDA 13.0 or newer");
    assertThat(Doctor.cuda(false, DRIVER, 0).hint()).contains("mvn -Pcuda");
    assertThat(Doctor.cuda(true, DRIVER, 0).value()).contains("libtorch cannot use it");
    Optional<CudaDriver> old = Optional.of(new CudaDriver(12_040, 1, "T4"));
    assertThat(Doctor.cuda(true, old, 0).value()).contains("driver for CUDA 12.4, too old");
    Optional<CudaDriver> none = Optional.of(new CudaDriver(13_010, 0, ""));
    assertThat(Doctor.cuda(true, none, 0).hint()).contains("CUDA_VISIBLE_DEVICES");
  }

  @Test
  void aFileWhereACacheShouldBeIsTold() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    Check cache =
        Doctor.examine(Map.of("XDG_CACHE_HOME", file.toString())).stream()
            .filter(check -> check.name().equals("cache"))
            .findFirst()
            .orElseThrow();
    assertThat(cache.value()).contains("not writable");
    assertThat(cache.hint()).contains("XDG_CACHE_HOME");
  }
}
