package dev.aroma.recipe;

import dev.aroma.input.Option;
import java.nio.file.Path;

/**
 * Which checkpoint to start from.
 *
 * @param path {@code embedded}, a Hugging Face directory, or a Hugging Face id
 * @param adapter to go on from: a run or an adapter's directory; null for none
 * @param dropout overrides every dropout probability of the checkpoint's config
 * @param recompute whether a decoder's blocks are computed again on the way back
 */
public record ModelOptions(
    @Option(
            help =
                "The checkpoint: embedded (all-MiniLM-L6-v2), a Hugging Face directory, or a"
                    + " Hugging Face id (org/name).",
            def = "embedded")
        String path,
    @Option(
            help =
                "An adapter to go on from: a run, or a PEFT adapter (LoRA, AdaLoRA, VeRA) of this"
                    + " checkpoint. AROMA keeps its factors as merged rank; lora trains them on.")
        Path adapter,
    @Option(
            help = "Dropout inside the model while training; the checkpoint's own if not given.",
            min = 0,
            max = 0.99)
        Double dropout,
    @Option(
            help =
                "Models that write: keep only each block's input while training and compute the"
                    + " rest again on the way back (gradient checkpointing): less memory, about a"
                    + " third more time.",
            def = "false")
        boolean recompute) {}
