/**
 * Layer 6: the {@code aroma} command. Each subcommand is a few lines over {@link dev.aroma.recipe}.
 *
 * <p>Results go to standard output and can be piped; everything else goes to standard error. Exit
 * codes: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C.
 */
package dev.aroma.cli;
