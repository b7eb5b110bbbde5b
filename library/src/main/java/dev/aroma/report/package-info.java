/**
 * Layer 4: what a run leaves behind and what a person sees of it.
 *
 * <p>{@link dev.aroma.report.RunDirectory} is a run on disk: options, {@link
 * dev.aroma.report.Manifest}, {@link dev.aroma.report.MetricsLog} and {@link
 * dev.aroma.report.Result}; {@link dev.aroma.report.Progress}, {@link dev.aroma.report.RankGrid}
 * and {@link dev.aroma.report.ResultTable} are for the eye. Below it {@code page} makes HTML of a
 * run or a comparison, and {@code tensorboard} event files. Plain data in; no tensors.
 */
package dev.aroma.report;
