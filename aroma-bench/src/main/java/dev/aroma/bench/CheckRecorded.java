package dev.aroma.bench;

import dev.aroma.FineTune;
import dev.aroma.data.Batch;
import dev.aroma.data.Batches;
import dev.aroma.data.EncodedSplit;
import dev.aroma.data.Example;
import dev.aroma.data.Split;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.ParameterGroup;
import dev.aroma.optim.AdamW;
import dev.aroma.peft.Setup;
import dev.aroma.peft.Tuner;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Engine;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import dev.aroma.text.TextTokenizer;
import dev.aroma.train.ClassificationLoss;
import dev.aroma.train.Gradients;
import dev.aroma.train.TrainingListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Checks on a CUDA machine that recorded steps compute what plain ones do: gradients of an encoder
 * of random weights without dropout, by autograd in float32 (the reference), by autograd in
 * bfloat16, by the model's own passes, and by their replay; and with dropout, that the loss changes
 * along the gradient as the gradient says, as it does only if both passes drop the same. Then it
 * trains with AROMA, all of whose components are merged twice on the way: losses must be those of
 * autograd, and the checkpoint's weights what they were.
 *
 * <pre>
 * CheckRecorded [--shape minilm] [--longest 60]
 * </pre>
 *
 * <p>Exits with 1 if the own passes are further from the reference than autograd in bfloat16 is
 * (times 1.5; of losses, twice), a replay differs from its passes, or the slope is off by a tenth.
 */
public final class CheckRecorded {
  private static final int CALLS = 4;

  private static final List<String> RUNS =
      List.of("aroma", "some", "feed", "keys", "lora", "adalora", "dora");

  private static final List<String> DROPPING = List.of("aroma", "some", "lora");

  // a slope is told by so much change of the loss to either side, but no further away
  private static final double CHANGE = 0.05;
  private static final double FURTHEST = 0.3;
  private static final double TOLD = 0.05; // change in all from which rounding leaves enough of it

  private static final int STEPS = 12;
  private static final String[] MERGING = {
    "--method", "aroma", "--inner-steps", "4", "--inner-tolerance", "-1", "--outer-tolerance", "0"
  };

  private final String shape;
  private final int longest;

  private CheckRecorded(String shape, int longest) {
    this.shape = shape;
    this.longest = longest;
  }

  /** Runs it. */
  public static void main(String[] words) throws IOException {
    Arguments given = new Arguments(words).only(List.of("--shape", "--longest"));
    CheckRecorded check =
        new CheckRecorded(
            given.text("--shape", "roberta-base"), (int) given.number("--longest", 200));
    boolean good = true;
    for (String method : RUNS) {
      good &= check.check(method);
    }
    for (String method : DROPPING) {
      good &= check.checkSlope(method);
    }
    good &= check.checkMerges();
    System.out.println(good ? "all as it should be" : "NOT as it should be");
    System.exit(good ? 0 : 1);
  }

  private boolean check(String method) throws IOException {
    List<float[]> reference = gradients(method, DType.F32, false).get(0);
    List<float[]> plain = gradients(method, DType.BF16, false).get(0);
    List<List<float[]>> own = gradients(method, DType.BF16, true);
    double rounding = distance(plain, reference);
    double first = distance(own.get(0), reference);
    double replayed = distance(own.get(CALLS - 1), reference);
    double replay = distance(own.get(CALLS - 1), own.get(0));
    System.out.printf(
        "%-8s against float32: autograd bf16 %.4f, own passes %.4f, replayed %.4f; replay against"
            + " passes %.5f; loss %.5f %.5f %.5f %.5f%n",
        method,
        rounding,
        first,
        replayed,
        replay,
        reference.get(0)[0],
        plain.get(0)[0],
        own.get(0).get(0)[0],
        own.get(CALLS - 1).get(0)[0]);
    return first < 1.5 * rounding && replayed < 1.5 * rounding && replay < 0.3 * rounding;
  }

  /** ‖x − y‖ / ‖y‖ over all but the loss. */
  private static double distance(List<float[]> x, List<float[]> y) {
    double off = 0;
    double norm = 0;
    for (int i = 1; i < x.size(); i++) {
      for (int k = 0; k < x.get(i).length; k++) {
        double d = x.get(i)[k] - y.get(i)[k];
        off += d * d;
        norm += (double) y.get(i)[k] * y.get(i)[k];
      }
    }
    return Math.sqrt(off / norm);
  }

  /** Of some calls in a row on one batch: the loss and then the gradient of each parameter. */
  private List<List<float[]>> gradients(String method, DType type, boolean recorded)
      throws IOException {
    List<List<float[]>> calls = new ArrayList<>();
    with(
        method,
        type,
        recorded,
        0.0,
        (groups, call) -> {
          for (int i = 0; i < CALLS; i++) {
            double loss = call.getAsDouble();
            calls.add(read(groups, loss));
          }
        });
    return calls;
  }

  private boolean checkSlope(String method) throws IOException {
    double[] found = new double[3];
    with(
        method,
        DType.BF16,
        true,
        null,
        (groups, call) -> {
          found[2] = call.getAsDouble();
          List<Tensor> down = directions(groups);
          found[0] = down.stream().mapToDouble(g -> g.square().sum().item()).sum();
          double step = step(found[0]);
          move(groups, down, step);
          double above = call.getAsDouble();
          move(groups, down, -2 * step);
          found[1] = (above - call.getAsDouble()) / (2 * step);
          down.forEach(Tensor::close);
        });
    boolean flat = 2 * step(found[0]) * found[0] < TOLD;
    System.out.printf(
        "%-8s with dropout: loss %.4f, squared norm of the gradient %.4f, slope along it %.4f%s%n",
        method, found[2], found[0], found[1], flat ? ": too flat to tell" : "");
    return flat || Math.abs(found[1] / found[0] - 1) < 0.1;
  }

  private static double step(double squaredNorm) {
    return Math.min(CHANGE / squaredNorm, FURTHEST / Math.sqrt(squaredNorm));
  }

  private static List<Tensor> directions(List<ParameterGroup> groups) {
    try (Scope scope = Scope.open()) {
      return parameters(groups).map(p -> p.value().grad().copy().keep()).toList();
    }
  }

  private static void move(List<ParameterGroup> groups, List<Tensor> directions, double step) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      Iterator<Tensor> next = directions.iterator();
      parameters(groups).forEach(p -> p.value().addIn(next.next(), step));
    }
  }

  private static Stream<Parameter> parameters(List<ParameterGroup> groups) {
    return groups.stream().flatMap(group -> group.parameters().stream());
  }

  /** What is done with a method's parameters and the loss of one batch, with gradients. */
  private interface Use {
    void of(List<ParameterGroup> groups, DoubleSupplier call);
  }

  /** Every call draws the same dropout. */
  private void with(String method, DType type, boolean recorded, Double dropout, Use use)
      throws IOException {
    SequenceClassifier model = RandomEncoder.load(shape, Device.CUDA, type, false, dropout);
    model.train(true);
    try (TextTokenizer tokenizer = new Words(20_005).tokenizer(longest + 2);
        Tuner tuner =
            run(method)
                .options()
                .method()
                .method()
                .attach(model, new Setup(new Rng(0), Device.CUDA, 100, model.head()))) {
      List<ParameterGroup> groups = tuner.groups();
      randomise(groups);
      Batch batch = Batches.evaluation(data(tokenizer), 16, 1).get(0);
      try (Scope around = Scope.open();
          AdamW adam = new AdamW(AdamW.Settings.DEFAULT, groups, Device.CUDA);
          Gradients gradients =
              new ClassificationLoss(model, Device.CUDA, false, recorded)
                  .gradients(tuner, message -> System.err.println(message))) {
        Tensor random = Engine.randomState(Device.CUDA);
        use.of(
            groups,
            () -> {
              adam.zeroGradients();
              Engine.randomState(Device.CUDA, random);
              try (Scope scope = Scope.open()) {
                return gradients.add(batch, 1, 7).item();
              }
            });
      }
    } finally {
      model.unload();
    }
  }

  private boolean checkMerges() throws IOException {
    double[] reference = losses(DType.F32, false);
    double[] plain = losses(DType.BF16, false);
    double[] own = losses(DType.BF16, true);
    double rounding = largest(plain, reference);
    double off = largest(own, reference);
    System.out.printf(
        "%d steps with two merges: loss from %.4f to %.4f; furthest from float32: autograd bf16 %.4f,"
            + " own passes %.4f%n",
        STEPS, reference[0], reference[STEPS - 1], rounding, off);
    return off < 2 * rounding;
  }

  private static double largest(double[] x, double[] y) {
    return IntStream.range(0, x.length).mapToDouble(i -> Math.abs(x[i] - y[i])).max().orElseThrow();
  }

  /** Of training without dropout. */
  private double[] losses(DType type, boolean recorded) throws IOException {
    TimedTraining training = TimedTraining.of(MERGING, List.of(), 16, 64, 1, STEPS - 1);
    SequenceClassifier model = RandomEncoder.load(shape, Device.CUDA, type, false, 0.0);
    double[] losses = new double[STEPS];
    try (TextTokenizer tokenizer = Steps.tokenizer(training.length())) {
      Map<String, float[]> before = weights(model);
      training.train(
          model,
          Steps.full(training, tokenizer),
          new ClassificationLoss(model, Device.CUDA, false, recorded),
          STEPS,
          new TrainingListener() {
            @Override
            public void stepped(Step told) {
              losses[told.step() - 1] = told.loss();
            }
          },
          () -> false);
      weights(model)
          .forEach(
              (name, now) -> {
                if (!Arrays.equals(now, before.get(name))) {
                  throw new IllegalStateException("training changed the checkpoint's " + name);
                }
              });
      return losses;
    } finally {
      model.unload();
    }
  }

  private static Map<String, float[]> weights(SequenceClassifier model) {
    Map<String, float[]> all = new TreeMap<>();
    model
        .parameters()
        .forEach(
            (name, parameter) -> {
              if (name.contains("layer.") && name.endsWith("weight")) {
                all.put(name, parameter.value().floats());
              }
            });
    return all;
  }

  private static FineTune run(String method) {
    FineTune run = FineTune.from("embedded");
    return switch (method) {
      case "dora" -> run.method("lora").set("method.dora", true);
      case "some" -> adapted(run, "/.*layer\\.([3-9]|11)\\..*(query|value|output\\.dense)/");
      case "feed" -> adapted(run, "/.*layer\\.[2-6]\\.(intermediate|output)\\.dense/");
      case "keys" -> adapted(run, "/.*layer\\.(4|8|11)\\.attention\\.self\\.(key|value)/");
      default -> run.method(method);
    };
  }

  /** AROMA on some modules alone, as when others have frozen. */
  private static FineTune adapted(FineTune run, String modules) {
    return run.method("aroma").set("method.target-modules", List.of(modules));
  }

  private static List<float[]> read(List<ParameterGroup> groups, double loss) {
    List<float[]> all = new ArrayList<>();
    all.add(new float[] {(float) loss});
    parameters(groups).forEach(parameter -> all.add(parameter.value().grad().floats()));
    return all;
  }

  /** The second factors begin at 0, where nothing could be told. */
  private static void randomise(List<ParameterGroup> groups) {
    Rng rng = new Rng(3);
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      parameters(groups)
          .filter(parameter -> parameter.shape().length > 1)
          .forEach(parameter -> parameter.value().set(rng.normal(0.03, parameter.shape())));
    }
  }

  private EncodedSplit data(TextTokenizer tokenizer) {
    Random random = new Random(1);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      String[] words = new String[5 + random.nextInt(longest - 4)];
      Arrays.setAll(words, k -> "w" + random.nextInt(20_000));
      examples.add(Example.ofClass(String.join(" ", words), null, i % 2));
    }
    return EncodedSplit.of(new Split("train", examples), tokenizer);
  }
}
