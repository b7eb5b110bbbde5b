/**
 * Layer 4: a run or a comparison as one HTML file that needs no network.
 *
 * <p>{@link dev.aroma.report.page.RunPage} and {@link dev.aroma.report.page.ComparisonPage} say
 * what stands on a page, as {@code Html} and as {@code Figure}s; {@code Page} puts it together with
 * the style, the scripts and the chart library (a webjar), all inlined. What numbers there are can
 * be read without scripts; curves need them. {@code Curve} keeps long runs small.
 */
package dev.aroma.report.page;
