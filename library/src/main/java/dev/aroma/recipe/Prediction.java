package dev.aroma.recipe;

import java.util.Map;

/**
 * What a classifier says of one text.
 *
 * @param label the most probable class; null for regression
 * @param probabilities of every class, in the order of the model's outputs; empty for regression
 * @param value the number of a regression; NaN for classification
 */
public record Prediction(String label, Map<String, Double> probabilities, double value) {}
