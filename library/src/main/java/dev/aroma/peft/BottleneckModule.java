package dev.aroma.peft;

import dev.aroma.nn.Layer;
import dev.aroma.nn.LayerNames;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.Targets;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Tensor;
import java.util.List;
import java.util.function.Function;

/** A {@link Bottleneck} that is being trained. */
final class BottleneckModule implements LayerAdapter {
  private static final double DEVIATION = 0.02;

  private final Parameter downWeight; // (bottleneck, width)
  private final Parameter downBias; // (bottleneck)
  private final Parameter upWeight; // (width, bottleneck)
  private final Parameter upBias; // (width)
  private final String activation;

  /** Weights from N(0, 0.02²), biases 0: almost the identity. */
  BottleneckModule(Layer layer, int size, String activation, Rng rng, Device device) {
    long width = Bottleneck.width(layer);
    this.downWeight = Parameter.of(rng.normal(DEVIATION, size, width).to(device));
    this.downBias = Parameter.of(Tensor.zeros(DType.F32, device, size));
    this.upWeight = Parameter.of(rng.normal(DEVIATION, width, size).to(device));
    this.upBias = Parameter.of(Tensor.zeros(DType.F32, device, width));
    this.activation = activation;
  }

  /**
   * A method that puts one behind each of some layers.
   *
   * @param type of the layers
   * @param targets patterns of their paths, as {@code method.target-modules} has them
   * @param otherwise the targets of a family where none are given
   * @param size width inside
   * @param activation name of f
   */
  static <L extends Layer> Method behind(
      Class<L> type,
      List<String> targets,
      Function<LayerNames, List<String>> otherwise,
      int size,
      String activation) {
    return (model, setup) ->
        new LayerTuner<L, BottleneckModule>(
            Targets.find(
                type,
                "method.target-modules",
                model,
                LayerNames.or(targets, model, otherwise),
                setup.head()),
            (path, layer) ->
                new BottleneckModule(
                    layer, size, activation, setup.rng().stream(path), setup.device()),
            setup);
  }

  @Override
  public Tensor forward(Layer layer, Tensor x) {
    return new Bottleneck(
            downWeight.value(), downBias.value(), upWeight.value(), upBias.value(), activation)
        .forward(layer, x);
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(downWeight, downBias, upWeight, upBias);
  }

  @Override
  public int rank() {
    return 0;
  }

  @Override
  public Bottleneck change() {
    return new Bottleneck(
        downWeight.value().detach(),
        downBias.value().detach(),
        upWeight.value().detach(),
        upBias.value().detach(),
        activation);
  }
}
