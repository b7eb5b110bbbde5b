package dev.aroma.recipe;

import dev.aroma.report.Result;
import java.nio.file.Path;

/**
 * A finished run.
 *
 * @param directory where everything is
 * @param result what came out
 */
public record FineTuned(Path directory, Result result) {}
