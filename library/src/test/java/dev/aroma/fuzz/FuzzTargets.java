package dev.aroma.fuzz;

import dev.aroma.data.RowFiles;
import dev.aroma.data.TaskOptions;
import dev.aroma.data.Tasks;
import dev.aroma.io.Checkpoint;
import dev.aroma.io.OnnxBert;
import dev.aroma.io.RawTensor;
import dev.aroma.io.SafetensorsFile;
import dev.aroma.io.SafetensorsWriter;
import dev.aroma.io.TensorSource;
import dev.aroma.io.TinyOnnxBert;
import dev.aroma.recipe.ComparisonConfig;
import dev.aroma.recipe.Config;
import dev.aroma.recipe.Recipes;
import dev.aroma.recipe.StoredComparison;
import dev.aroma.recipe.TinyAdapters;
import dev.aroma.report.RunDirectory;
import dev.aroma.text.TextTokenizer;
import dev.aroma.text.TinyTokenizers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Every kind of file that is read. A new one is a method here and a line in {@link #all}. */
public final class FuzzTargets {
  private static final String ANYWHERE = "";
  private static final String LINE =
      "line \\d+|an empty file|no rows|no line with|two different|too few";

  private final Path workplace;

  private FuzzTargets(Path workplace) {
    this.workplace = workplace;
  }

  /**
   * All of them.
   *
   * @param workplace an empty directory, in which sound files are made
   */
  public static List<FuzzTarget> all(Path workplace) throws IOException {
    FuzzTargets targets = new FuzzTargets(workplace);
    List<FuzzTarget> all = new ArrayList<>();
    all.add(targets.safetensors());
    all.add(targets.sharded());
    all.add(onnx());
    all.add(ModelFuzz.target(workplace.resolve("model")));
    all.addAll(targets.tokenizers());
    all.addAll(targets.adapters());
    all.addAll(tables());
    all.addAll(configs());
    all.add(plan());
    all.add(ModelFuzz.run(workplace.resolve("run")));
    all.addAll(CheckpointFuzz.targets(workplace.resolve("checkpoint")));
    return List.copyOf(all);
  }

  private Path directory(String name) throws IOException {
    return Files.createDirectories(workplace.resolve(name));
  }

  /** What is in a directory, by name. */
  static Map<String, byte[]> filesIn(Path directory) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (Stream<Path> found = Files.walk(directory)) {
      for (Path file : found.filter(Files::isRegularFile).sorted().toList()) {
        files.put(directory.relativize(file).toString(), Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  // --- weights -----------------------------------------------------------------------------------

  static void readAll(TensorSource source) {
    for (String name : source.names()) {
      RawTensor tensor = source.get(name);
      if (tensor.buffer().remaining() != tensor.byteCount()) {
        throw new IllegalStateException(tensor + " has other bytes than it says");
      }
    }
  }

  private FuzzTarget safetensors() throws IOException {
    Path file = directory("safetensors").resolve("x.safetensors");
    List<RawTensor> tensors =
        List.of(
            RawTensor.ofFloats("layer.weight", new float[12], 3, 4),
            RawTensor.ofFloats("layer.bias", new float[3], 3),
            RawTensor.ofFloats("scalar", new float[1]));
    SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
    return FuzzTarget.of(
        "safetensors",
        "x.safetensors",
        Files.readAllBytes(file),
        Form.SAFETENSORS,
        ANYWHERE,
        directory -> {
          try (SafetensorsFile opened = SafetensorsFile.open(directory.resolve("x.safetensors"))) {
            readAll(opened);
          }
        });
  }

  private FuzzTarget sharded() throws IOException {
    Path directory = directory("sharded");
    SafetensorsWriter.write(
        directory.resolve("a-1.safetensors"), List.of(RawTensor.ofFloats("a", new float[2], 2)));
    SafetensorsWriter.write(
        directory.resolve("a-2.safetensors"), List.of(RawTensor.ofFloats("b", new float[2], 2)));
    Files.writeString(
        directory.resolve("model.safetensors.index.json"),
        """
        {"metadata": {"total_size": 16},
         "weight_map": {"a": "a-1.safetensors", "b": "a-2.safetensors"}}
        """);
    return new FuzzTarget(
        "safetensors index",
        filesIn(directory),
        Map.of("model.safetensors.index.json", Form.JSON, "a-2.safetensors", Form.SAFETENSORS),
        ANYWHERE,
        read -> {
          try (TensorSource source = Checkpoint.open(read)) {
            readAll(source);
          }
        });
  }

  private static FuzzTarget onnx() {
    return FuzzTarget.of(
        "onnx",
        "model.onnx",
        new TinyOnnxBert().bytes(),
        Form.BINARY,
        ANYWHERE,
        directory -> {
          try (OnnxBert bert = OnnxBert.open(directory.resolve("model.onnx"))) {
            readAll(bert);
            bert.config().requireInt("num_attention_heads", 1, 1 << 20);
          }
        });
  }

  // --- tokenizers --------------------------------------------------------------------------------

  private List<FuzzTarget> tokenizers() throws IOException {
    Path pieces = TinyTokenizers.wordPiece(directory("wordpiece"));
    Path bytes = TinyTokenizers.byteLevel(directory("bytelevel"));
    return List.of(
        tokenizer("tokenizer.json (words)", TinyTokenizers.jsonThatPads()),
        tokenizer("tokenizer.json (WordPiece)", saved(pieces)),
        tokenizer("tokenizer.json (BPE)", saved(bytes)),
        tokenizer("tokenizer.json (Unigram)", TinyTokenizers.unigram()),
        vocabulary("vocab.txt", pieces, Map.of("vocab.txt", Form.TEXT)),
        vocabulary("vocab.json", bytes, Map.of("vocab.json", Form.JSON, "merges.txt", Form.TEXT)));
  }

  /** As our own runs keep it: with normaliser, template and special tokens. */
  private static String saved(Path directory) throws IOException {
    Path to = Files.createDirectories(directory.resolve("saved"));
    try (TextTokenizer tokenizer = TextTokenizer.load(directory, 16)) {
      tokenizer.save(to);
    }
    String json = Files.readString(to.resolve("tokenizer.json"));
    FuzzCase.delete(to);
    return json;
  }

  private static FuzzTarget tokenizer(String name, String json) {
    return FuzzTarget.of(
        name,
        "tokenizer.json",
        json.getBytes(StandardCharsets.UTF_8),
        Form.JSON,
        ANYWHERE,
        FuzzTargets::tokenize);
  }

  private static FuzzTarget vocabulary(String name, Path sound, Map<String, Form> damaged) {
    return new FuzzTarget(name, filesIn(sound), damaged, ANYWHERE, FuzzTargets::tokenize);
  }

  /** Loads, and encodes and decodes what hurts most: nothing, pairs, long and unknown words. */
  private static void tokenize(Path directory) {
    try (TextTokenizer tokenizer = TextTokenizer.load(directory, 16)) {
      List<String> texts =
          List.of("", "one two cat", "caf\u00e9 \uD83D\uDE00 ab [CLS] ?", "zz ".repeat(50));
      tokenizer.encodeAll(texts).forEach(one -> tokenizer.decode(one.ids()));
      tokenizer.encodeAll(texts, texts);
    }
  }

  // --- adapters ----------------------------------------------------------------------------------

  private List<FuzzTarget> adapters() {
    List<FuzzTarget> targets = new ArrayList<>();
    for (String method : List.of("lora", "vera", "ia3", "houlsby")) {
      Map<String, byte[]> files = filesIn(TinyAdapters.write(workplace.resolve(method), method));
      Map<String, Form> damaged = new LinkedHashMap<>();
      files
          .keySet()
          .forEach(f -> damaged.put(f, f.endsWith("json") ? Form.JSON : Form.SAFETENSORS));
      targets.add(
          new FuzzTarget("adapter of " + method, files, damaged, ANYWHERE, TinyAdapters::apply));
    }
    return targets;
  }

  // --- data and options --------------------------------------------------------------------------

  private static List<FuzzTarget> tables() {
    String rows = "text\tlabel\tscore\na b\tx\t1\nc \"d\" e\ty\t2.5\n\u00e9 f\tx\t-3\ng\ty\t4e2\n";
    String csv = "text,label,score\n\"a, \"\"b\"\"\",x,1\nc,y,2.5\n\"e\nf\",x,-3\ng,y,4e2\n";
    String lines =
        """
        {"text": "a b", "label": "x", "score": 1}
        {"text": "c \\u00e9", "label": "y", "score": 2.5}
        {"text": "d", "label": "x", "score": -3, "more": [1, {"a": null}]}
        """;
    return List.of(
        table("tsv", "x.tsv", rows, Form.TEXT),
        table("csv", "x.csv", csv, Form.TEXT),
        table("jsonl", "x.jsonl", lines, Form.JSON_LINES));
  }

  /** As rows, and as a task: of labels, then of numbers. */
  private static FuzzTarget table(String name, String file, String sound, Form form) {
    byte[] bytes = sound.getBytes(StandardCharsets.UTF_8);
    return new FuzzTarget(
        name,
        Map.of(file, bytes, "dev-" + file, bytes),
        Map.of(file, form),
        LINE,
        directory -> {
          Path path = directory.resolve(file);
          Path dev = directory.resolve("dev-" + file);
          RowFiles.read(path, row -> {});
          for (boolean regression : new boolean[] {false, true}) {
            String labels = regression ? "score" : null;
            Tasks.load(
                new TaskOptions("text", path, null, null, labels, null, dev, regression, 16, 3));
          }
        });
  }

  private static List<FuzzTarget> configs() {
    String run =
        """
        # a run
        model: {path: embedded, dropout: 0.1}
        task: {name: text, data: x.csv, max-length: 64, limit: 10}
        method:
          name: adalora
          target-modules: [query, "/.*value/"]
          initial-rank: 12
        train: {epochs: 3, learning-rate: 5e-4, schedule: {warmup: 10}, seed: 7}
        engine: {device: cpu}
        output: runs/x
        """;
    String comparison =
        """
        title: two methods
        tasks: [wordnet-fields]
        seeds: [0, 1]
        scale-steps: true
        methods:
          - {name: lora, label: lora-8, rank: 8}
          - aroma:rank=2,lr=4e-4
        train: {max-steps: 100, schedule: {warmup: 10}}
        """;
    return List.of(
        yaml("config.yaml", run, file -> Recipes.bind(Config.empty().withFile(file))),
        yaml(
            "comparison.yaml", comparison, file -> ComparisonConfig.of(file.toString()).resolve()));
  }

  /** What a comparison wrote of itself, whose report is made again. */
  private static FuzzTarget plan() {
    String sound =
        """
        {
          "title": "two methods",
          "command": ["aroma", "compare"],
          "tasks": ["rte"],
          "methods": ["aroma", "head"],
          "seeds": [0, 1],
          "cells": [
            {"task": "rte", "method": "aroma", "rate": "1e-3", "seed": 0},
            {"task": "rte", "method": "head", "rate": null, "seed": 1}
          ],
          "notes": ["a note"],
          "paper_table": 2,
          "own_process": true
        }
        """;
    return FuzzTarget.of(
        "comparison.json",
        "comparison.json",
        sound.getBytes(StandardCharsets.UTF_8),
        Form.JSON,
        ANYWHERE,
        directory -> StoredComparison.writePage(directory, null));
  }

  private static FuzzTarget yaml(String file, String sound, FuzzTarget.Reading reading) {
    return FuzzTarget.of(
        file,
        file,
        sound.getBytes(StandardCharsets.UTF_8),
        Form.TEXT,
        ANYWHERE,
        directory -> reading.read(directory.resolve(file)));
  }

  /** Everything that a run leaves behind, as inspect, compare and reproduce read it. */
  static void readRun(Path directory) {
    RunDirectory run = RunDirectory.open(directory);
    run.readConfig();
    run.readManifest();
    run.readResult();
    run.readMetrics();
  }
}
