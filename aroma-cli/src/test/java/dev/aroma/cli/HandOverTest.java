package dev.aroma.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.io.AdapterFiles;
import dev.aroma.io.LoraAdapter;
import dev.aroma.io.LoraFactors;
import dev.aroma.io.RawTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Adapters in and out, as a person would. */
class HandOverTest {
  private static final int HIDDEN = 16;
  private static final String QUERY = "bert.encoder.layer.1.attention.self.query";

  @TempDir Path directory;
  private String base;
  private String adapter;
  private String run;

  @BeforeEach
  void adapterOfATinyModel() throws IOException {
    base = TinyBert.write(directory.resolve("base")).toString();
    adapter = directory.resolve("adapter").toString();
    run = directory.resolve("run").toString();
    float[] factors = new float[2 * HIDDEN];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = (i % 5 - 2) * 0.1f;
    }
    List<RawTensor> head = new ArrayList<>();
    for (String path : List.of("bert.pooler.dense", "classifier")) {
      int outputs = path.equals("classifier") ? 2 : HIDDEN;
      float[] weight = new float[outputs * HIDDEN];
      weight[3] = 1;
      head.add(RawTensor.ofFloats(path + ".weight", weight, outputs, HIDDEN));
      head.add(RawTensor.ofFloats(path + ".bias", new float[outputs], outputs));
    }
    AdapterFiles.write(
        Path.of(adapter),
        new LoraAdapter(
            base,
            "SEQ_CLS",
            List.of(LoraFactors.of(QUERY, 2, HIDDEN, HIDDEN, factors, factors, 4)),
            head),
        AdapterFiles.Mode.COMPACT);
  }

  private void imported() {
    Cli.Outcome outcome =
        Cli.run("import", adapter, "--labels", "bad,good", "--output", run).succeeded();
    assertThat(outcome.out()).contains("Wrote the run", "./aroma predict --run");
    assertThat(outcome.err()).contains("base model, as the adapter names it: " + base);
  }

  @Test
  void importedAdapterPredictsInspectsMergesAndExports() {
    imported();
    String answer = Cli.run("predict", "--run", run, "the film was good").succeeded().out();
    assertThat(answer).contains("\"bad\"", "\"good\"");
    assertThat(Cli.run("inspect", run).succeeded().out())
        .contains("type", "lora", "head parameters", "total rank 2 in 1 modules");
    String merged = directory.resolve("merged").toString();
    assertThat(Cli.run("merge", "--run", run, "--output", merged).succeeded().out())
        .contains("Wrote the merged model", "model.safetensors", "tokenizer.json");
    assertThat(Cli.run("inspect", merged).succeeded().out()).contains("model_type");
    String padded = directory.resolve("padded").toString();
    String[] export = {"export", "--run", run, "--to", "peft-padded", "--output", padded};
    assertThat(Cli.run(export).succeeded().out())
        .contains("Wrote the PEFT adapter", "adapter_config.json", "of the outputs: bad, good");
    Cli.run(export).refused(1, "in the way", "#output-not-empty");
  }

  @Test
  void trainingGoesOnFromAnImportedRunAndTakesModelAndTaskFromIt() throws IOException {
    imported();
    Path data = directory.resolve("data.csv");
    List<String> lines = new ArrayList<>(List.of("text,label"));
    for (int i = 0; i < 60; i++) {
      lines.add(
          "the film was %s %d,%s"
              .formatted(i % 2 == 0 ? "bad" : "good", i, i % 2 == 0 ? "bad" : "good"));
    }
    Files.write(data, lines);
    String grown = directory.resolve("grown").toString();
    Cli.Outcome outcome =
        Cli.run(
            "train",
            "--adapter",
            run,
            "--data",
            data.toString(),
            "--output",
            grown,
            "--max-steps",
            "6",
            "--device",
            "cpu",
            "--set",
            "method.inner-steps=3",
            "--set",
            "method.outer-tolerance=0");
    outcome.succeeded();
    assertThat(outcome.err()).contains("goes on from total rank 2 in 1 modules", base);
    assertThat(Cli.run("inspect", grown, "--json").out()).contains("\"" + QUERY + "\":4");
    Cli.run("train", "--adapter", run, "--method", "ia3", "--data", data.toString())
        .refused(1, "cannot go on from an adapter", "#model-adapter");
  }

  @Test
  void wrongUsageIsTold() {
    Cli.run("export", "--run", run, "--to", "onyx", "--output", "x")
        .refused(2, "expected one of [peft, peft-padded, peft-adalora, hf, onnx], found 'onyx'");
    Cli.run("export", "--run", run, "--to", "hf", "--shard-size", "2", "--output", "x")
        .refused(2, "expected a size such as 2GB");
    Cli.run("export", "--run", run, "--to", "peft", "--shard-size", "2gb", "--output", "x")
        .refused(2, "--shard-size goes with --to hf, found --to peft");
    Cli.run("import", adapter, "--output", run).refused(1, "has 2 outputs", "#import-labels");
    Cli.run("predict", "--run", adapter, "x").refused(1, "aroma import", "#run-files");
  }
}
