package dev.aroma.peft;

import dev.aroma.tensor.Device;
import dev.aroma.tensor.Rng;
import java.util.List;

/**
 * What a run gives a method.
 *
 * @param rng source of initial values
 * @param device where the model lives
 * @param totalSteps most optimiser steps of the run (the paper's T)
 * @param head paths of the head's modules, which are never adapted
 */
public record Setup(Rng rng, Device device, int totalSteps, List<String> head) {}
