package dev.aroma.input;

/**
 * Something that a person gave us is wrong: a file, an option, a column, a value.
 *
 * <p>The message is written for that person: what was expected, what was found and where, then what
 * to do, then the section of the troubleshooting page. The command prints it without a stack trace.
 */
public final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final String PAGE = "docs/troubleshooting.md#";

  /**
   * Tells a person what is wrong.
   *
   * @param problem what was expected, what was found, and where
   * @param advice what to do about it
   * @param anchor the section of {@code docs/troubleshooting.md} that says more
   */
  public InputException(String problem, String advice, String anchor) {
    this(problem, advice, anchor, null);
  }

  /** As {@link #InputException(String, String, String)}, with the exception that told us. */
  public InputException(String problem, String advice, String anchor, Throwable cause) {
    super(problem + "\n  " + advice + "\n  More: " + PAGE + anchor, cause);
  }
}
