package dev.aroma.peft;

/** Options of {@link Head}: none. */
public record HeadOptions() implements MethodOptions {
  @Override
  public Method method() {
    return new Head();
  }
}
