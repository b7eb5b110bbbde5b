package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.tensor.CudaDriver;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LibtorchChecksTest {
  private static final Optional<CudaDriver> DRIVER = Optional.of(new CudaDriver(13_010, 1, "H100"));

  @Test
  void whatDoesNotLoadIsNotAskedFurther() {
    List<Check> checks = LibtorchChecks.of(Optional.of("no jnitorch in java.library.path"));
    assertThat(checks).hasSize(1);
    assertThat(checks.get(0).level()).isEqualTo(Check.Level.BROKEN);
    assertThat(checks.get(0).value()).contains("does not load: no jnitorch");
    assertThat(checks.get(0).hint()).contains("-Djavacpp.platform", "~/.javacpp/cache");
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
    assertThat(LibtorchChecks.libraries(build))
        .isEqualTo("MKL, oneDNN 3.7.1, OpenMP 4.5, CUDA 13.1, cuDNN 91.9.0");
    assertThat(LibtorchChecks.libraries("BLAS_INFO=blis")).isEqualTo("blis");
    assertThat(LibtorchChecks.libraries("")).isEqualTo("not told");
  }

  @Test
  void whyThereIsNoCudaIsTold() {
    assertThat(LibtorchChecks.cuda(true, DRIVER, 1))
        .isEqualTo(Check.ok("cuda", "H100, driver for CUDA 13.1"));
    assertThat(LibtorchChecks.cuda(false, Optional.empty(), 0).value())
        .contains("no NVIDIA driver");
    assertThat(LibtorchChecks.cuda(false, Optional.empty(), 0).level()).isEqualTo(Check.Level.OK);
    assertThat(LibtorchChecks.cuda(true, Optional.empty(), 0).hint())
        .contains("driver for CUDA 13.0 or newer");
    assertThat(LibtorchChecks.cuda(false, DRIVER, 0).hint()).contains("mvn -Pcuda");
    assertThat(LibtorchChecks.cuda(true, DRIVER, 0).value()).contains("libtorch cannot use it");
    Optional<CudaDriver> old = Optional.of(new CudaDriver(12_040, 1, "T4"));
    assertThat(LibtorchChecks.cuda(true, old, 0).value()).contains("driver for CUDA 12.4, too old");
    Optional<CudaDriver> none = Optional.of(new CudaDriver(13_010, 0, ""));
    assertThat(LibtorchChecks.cuda(true, none, 0).hint()).contains("CUDA_VISIBLE_DEVICES");
  }
}
