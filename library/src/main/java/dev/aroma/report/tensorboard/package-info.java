/**
 * Layer 4: a run as TensorBoard reads it while it goes on.
 *
 * <p>{@link dev.aroma.report.tensorboard.TensorBoardLog} turns {@link dev.aroma.report.Event}s into
 * scalars; {@code EventFile} frames them as TFRecords; {@code Message} is as much of protocol
 * buffers as they need. Formats: {@code tensorflow/core/util/event.proto}, {@code
 * tensorflow/core/framework/summary.proto} and {@code tensorflow/core/lib/io/record_writer.h}.
 */
package dev.aroma.report.tensorboard;
