package dev.aroma.generate;

/** Hears of tokens as they are chosen. */
@FunctionalInterface
public interface TokenListener {
  /**
   * A token was chosen.
   *
   * @param prompt number of the prompt that it continues
   * @param id of the token; none that ends a text
   */
  void chosen(int prompt, int id);
}
