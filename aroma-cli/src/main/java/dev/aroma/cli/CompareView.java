package dev.aroma.cli;

/** Tells a person how a comparison goes; the steps of a cell on a line that changes in place. */
final class CompareView {
  private static final String CLEAR = "\r\u001b[K";
  private static final double PLAIN_SECONDS = 60;

  private final Terminal terminal;
  private final boolean quiet;
  private final int columns = Integer.getInteger("aroma.terminal", 0);
  private boolean live;
  private long last = System.nanoTime();

  CompareView(Terminal terminal, boolean quiet) {
    this.terminal = terminal;
    this.quiet = quiet;
  }

  /** A line that stays. */
  synchronized void message(String text) {
    if (!quiet) {
      clear();
      terminal.err().println(text);
    }
  }

  /** Where the present cell stands. */
  synchronized void progress(String text) {
    double since = (System.nanoTime() - last) / 1e9;
    if (quiet || (columns == 0 && since < PLAIN_SECONDS)) {
      return;
    }
    last = System.nanoTime();
    if (columns == 0) {
      terminal.err().println("  " + text);
      return;
    }
    String line = "  " + text;
    terminal.err().print(CLEAR + line.substring(0, Math.min(line.length(), columns - 1)));
    terminal.err().flush();
    live = true;
  }

  /** Takes the changing line away. */
  synchronized void clear() {
    if (live) {
      terminal.err().print(CLEAR);
      live = false;
    }
  }
}
