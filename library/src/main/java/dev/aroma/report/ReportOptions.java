package dev.aroma.report;

import dev.aroma.input.Option;

/**
 * What a run writes for the eye besides its report.
 *
 * @param tensorboard whether it writes TensorBoard's event files while it goes on
 */
public record ReportOptions(
    @Option(
            help =
                "Write loss, rate, ranks and scores for TensorBoard, into tensorboard/ of the run.",
            def = "true")
        boolean tensorboard) {}
