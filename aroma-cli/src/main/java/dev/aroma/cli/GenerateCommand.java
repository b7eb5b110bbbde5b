package dev.aroma.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.data.RowFiles;
import dev.aroma.data.RowFormat;
import dev.aroma.recipe.GenerationOptions;
import dev.aroma.recipe.SavedGenerator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code aroma generate}: a prompt in, its continuation out as it is written. */
@Command(
    name = "generate",
    description = {
      "Continue texts with a language model: a checkpoint, a merged model or a run.",
      "One --prompt is answered as text, as it is written; several, or the lines of",
      "standard input where there is none, with a JSON object each.",
      ""
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class GenerateCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR|RUN|ID",
      description = "A Hugging Face directory or id, or the directory of a run.")
  private String model;

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description = "An adapter for the model, PEFT's or a run's adapter/.")
  private Path adapter;

  @Option(names = "--prompt", paramLabel = "TEXT", description = "What to continue; repeatable.")
  private List<String> prompts = List.of();

  @Option(
      names = "--instruction",
      paramLabel = "TEXT",
      description = "What to do, for a run of instructions: its prompt template is put around it.")
  private String instruction;

  @Option(
      names = "--input",
      paramLabel = "TEXT",
      description = "What --instruction is about, if it does not say it all.")
  private String input;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Most tokens to write (the model's own choice, or 256).")
  private Integer maxNewTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "0: the likeliest token; above: drawn (the model's own choice, or 0).")
  private Double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Draw from the K likeliest tokens; 0: from all.")
  private Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Draw from the likeliest tokens of probability P together.")
  private Double topP;

  @Option(names = "--seed", paramLabel = "N", description = "Of what is drawn (0).")
  private Long seed;

  @Option(
      names = "--beams",
      paramLabel = "N",
      description = "Beam search: the likeliest text of those that N hypotheses lead to.")
  private Integer beams;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "8",
      description = "Prompts at a time, where there are several (${DEFAULT-VALUE}).")
  private int batchSize;

  @Mixin private EngineArguments engine;
  @Spec private CommandSpec spec;
  private final Terminal terminal;
  private final List<String> waiting = new ArrayList<>();

  GenerateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    checkUsage();
    try (SavedGenerator saved =
        SavedGenerator.load(
            model, adapter, engine.overAuto(), text -> terminal.err().println("aroma: " + text))) {
      if (instruction != null) {
        prompts = List.of(saved.prompt(instruction, input == null ? "" : input));
      }
      if (prompts.size() == 1) {
        saved.stream(prompts.get(0), options(), this::print);
        print(System.lineSeparator());
      } else if (prompts.isEmpty()) {
        RowFiles.read(
            terminal.in(), "standard input", RowFormat.TEXT, row -> add(saved, row.get("text")));
        flush(saved);
      } else {
        prompts.forEach(prompt -> add(saved, prompt));
        flush(saved);
      }
    }
    return CommandLine.ExitCode.OK;
  }

  private void checkUsage() {
    if (batchSize < 1) {
      throw wrong("--batch-size: expected 1 or more, found " + batchSize + ".");
    }
    if (input != null && instruction == null) {
      throw wrong("--input: expected with --instruction, found without it.");
    }
    if (instruction != null && (!prompts.isEmpty() || instruction.isBlank())) {
      throw wrong("--instruction: expected some text and no --prompt beside it.");
    }
    if (Stream.concat(prompts.stream(), Stream.of(instruction + input))
        .anyMatch(text -> text.indexOf('\uFFFD') >= 0)) {
      throw wrong(
          "The prompt did not arrive whole: the locale knows no such letters."
              + " Set LC_ALL=C.UTF-8, or give it by standard input.");
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private GenerationOptions options() {
    return new GenerationOptions(maxNewTokens, beams, temperature, topK, topP, seed);
  }

  /** In UTF-8 whatever the terminal's encoding, and at once. */
  private void print(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    terminal.out().write(bytes, 0, bytes.length);
    terminal.flush();
  }

  private void add(SavedGenerator saved, String prompt) {
    waiting.add(prompt);
    if (waiting.size() == batchSize) {
      flush(saved);
    }
  }

  private void flush(SavedGenerator saved) {
    List<String> texts = saved.generate(waiting, options());
    for (int i = 0; i < texts.size(); i++) {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      terminal.json(json.put("prompt", waiting.get(i)).put("text", texts.get(i)));
    }
    terminal.flush();
    waiting.clear();
  }
}
