/**
 * Layer 5: from options to a wired run.
 *
 * <p>{@link dev.aroma.recipe.Config} gathers what a person wrote (YAML, {@code --set}, short
 * forms), {@link dev.aroma.recipe.Binder} turns it into immutable records and tells every mistake
 * at once, {@link dev.aroma.recipe.ConfigWriter} is the inverse and {@link
 * dev.aroma.recipe.Reference} lists what there is to set. Nothing here loads a class by a name
 * found in input.
 */
package dev.aroma.recipe;
