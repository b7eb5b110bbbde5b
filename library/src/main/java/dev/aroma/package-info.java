/**
 * What a program calls: {@link dev.aroma.FineTune} trains, {@link dev.aroma.TextClassifier} uses.
 *
 * <pre>{@code
 * FineTuned tuned =
 *     FineTune.from("embedded")
 *         .task("text", Path.of("reviews.csv"))
 *         .method("aroma")
 *         .set("train.max-steps", 600)
 *         .output(Path.of("runs/reviews"))
 *         .run();
 * System.out.println(tuned.result().score() + " " + tuned.result().ranks());
 * try (TextClassifier classifier = TextClassifier.load(tuned.directory())) {
 *   System.out.println(classifier.classify("It broke after a day.").label());
 * }
 * }</pre>
 *
 * <p>Above all layers: it wires nothing itself, but hands everything to {@link dev.aroma.recipe}.
 */
package dev.aroma;
