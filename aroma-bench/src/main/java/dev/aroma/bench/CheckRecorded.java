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
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import dev.aroma.text.TextTokenizer;
import dev.aroma.train.ClassificationLoss;
import dev.aroma.train.Gradients;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Checks on a CUDA machine that recorded steps compute what plain ones do: gradients of a
 * RoBERTa-base of random weights without dropout, by autograd in float32 (the reference), by
 * autograd in bfloat16, by the model's own passes, and by their replay.
 *
 * <p>Exits with 1 if the own passes are further from the reference than autograd in bfloat16 is
 * (times 1.5), or a replay differs from its passes.
 */
public final class CheckRecorded {
  private static final int CALLS = 4;

  private static final List<String> RUNS =
      List.of("aroma", "some", "feed", "keys", "lora", "adalora", "dora");

  private CheckRecorded() {}

  /** Runs it. */
  public static void main(String[] words) throws IOException {
    boolean good = true;
    for (String method : RUNS) {
      good &= check(method);
    }
    System.out.println(good ? "all as it should be" : "NOT as it should be");
    System.exit(good ? 0 : 1);
  }

  private static boolean check(String method) throws IOException {
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
  private static List<List<float[]>> gradients(String method, DType type, boolean recorded)
      throws IOException {
    SequenceClassifier model = RandomEncoder.load("roberta-base", Device.CUDA, type, false, 0.0);
    model.train(true);
    List<List<float[]>> calls = new ArrayList<>();
    try (TextTokenizer tokenizer = new Words(20_005).tokenizer(64);
        Tuner tuner =
            run(method)
                .options()
                .method()
                .method()
                .attach(model, new Setup(new Rng(0), Device.CUDA, 100, model.head()))) {
      List<ParameterGroup> groups = tuner.groups();
      randomise(groups);
      Batch batch = Batches.evaluation(data(tokenizer), 16, 1).get(0);
      try (AdamW adam = new AdamW(AdamW.Settings.DEFAULT, groups, Device.CUDA);
          Gradients gradients =
              new ClassificationLoss(model, Device.CUDA, false, recorded)
                  .gradients(tuner, message -> System.err.println(message))) {
        for (int i = 0; i < CALLS; i++) {
          adam.zeroGradients();
          try (Scope scope = Scope.open()) {
            double loss = gradients.add(batch, 1, 7).item();
            calls.add(read(groups, loss));
          }
        }
      }
    } finally {
      model.unload();
    }
    return calls;
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
    for (ParameterGroup group : groups) {
      for (Parameter parameter : group.parameters()) {
        all.add(parameter.value().grad().floats());
      }
    }
    return all;
  }

  /** The second factors begin at 0, where nothing could be told. */
  private static void randomise(List<ParameterGroup> groups) {
    Rng rng = new Rng(3);
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      for (ParameterGroup group : groups) {
        for (Parameter parameter : group.parameters()) {
          if (parameter.shape().length > 1) {
            Tensor value = parameter.value();
            value.set(rng.normal(0.03, parameter.shape()));
          }
        }
      }
    }
  }

  private static EncodedSplit data(TextTokenizer tokenizer) {
    Random random = new Random(1);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      String[] words = new String[5 + random.nextInt(50)];
      Arrays.setAll(words, k -> "w" + random.nextInt(20_000));
      examples.add(Example.ofClass(String.join(" ", words), null, i % 2));
    }
    return EncodedSplit.of(new Split("train", examples), tokenizer);
  }
}
