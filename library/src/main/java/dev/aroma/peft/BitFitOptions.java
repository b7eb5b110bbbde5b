package dev.aroma.peft;

/**
 * Options of BitFit: none. All biases are trained (Ben Zaken et al. 2021, arXiv 2106.10199), those
 * of the normalisations too.
 */
public record BitFitOptions() implements MethodOptions {
  @Override
  public Method method() {
    return new BaseMethod(path -> path.endsWith(".bias"));
  }
}
