package dev.aroma.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.data.Benchmark;
import dev.aroma.data.BenchmarkOptions;
import dev.aroma.data.PromptTemplate;
import dev.aroma.io.AtomicFile;
import dev.aroma.recipe.BenchmarkAnswerer.Answer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;

/**
 * What was answered so far, a file a set in the directory {@code benchmarks}: {@code
 * boolq.generate.jsonl.part} while an evaluation goes on, and without the ending once all sets are
 * done. Its first line says what the answers hold for; they are read again only for the same.
 *
 * @param directory of a run, or wherever a model's answers are to lie
 * @param model what is judged, for that first line
 */
record BenchmarkProgress(Path directory, String model) {
  private static final String PART = ".part";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Opens a set's file, with the answers in it if they hold for the same questions. */
  Log open(Benchmark set, PromptTemplate template, BenchmarkOptions options) {
    Path file = part(file(set, options));
    String head = head(set, template, options).toString();
    List<Answer> before = read(file, head, set.questions().size());
    StringBuilder text = new StringBuilder(head).append('\n');
    before.forEach(answer -> text.append(line(answer)));
    try {
      Files.createDirectories(file.getParent());
      AtomicFile.writeText(file, text.toString()); // without the half line that may end it
      BufferedWriter writer = Files.newBufferedWriter(file, StandardOpenOption.APPEND);
      return new Log(file, writer, before);
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(file, e);
    }
  }

  private static String line(Answer answer) {
    ObjectNode json = JSON.createObjectNode();
    json.put("question", answer.question()).put("answer", answer.answer());
    return json.put("text", answer.text()) + "\n";
  }

  /** All sets are done: the next evaluation begins anew. */
  void end(List<Benchmark> sets, BenchmarkOptions options) {
    for (Benchmark set : sets) {
      Path file = file(set, options);
      try {
        Files.move(part(file), file, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw AtomicFile.cannotWrite(file, e);
      }
    }
  }

  private Path file(Benchmark set, BenchmarkOptions options) {
    String mode = options.mode().name().toLowerCase(Locale.ROOT);
    return directory.resolve("benchmarks").resolve(set.name() + "." + mode + ".jsonl");
  }

  private static Path part(Path file) {
    return file.resolveSibling(file.getFileName() + PART);
  }

  private ObjectNode head(Benchmark set, PromptTemplate template, BenchmarkOptions options) {
    CRC32 questions = new CRC32();
    set.questions()
        .forEach(
            question ->
                questions.update(
                    template.prompt(question.instruction()).getBytes(StandardCharsets.UTF_8)));
    return JSON.createObjectNode()
        .put("model", model)
        .put("questions", set.questions().size())
        .put("crc32", questions.getValue())
        .put("beams", options.beams())
        .put("tokens", options.tokens());
  }

  /** Up to the first line that is not whole. */
  private static List<Answer> read(Path file, String head, int questions) {
    List<Answer> answers = new ArrayList<>();
    try {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      if (lines.isEmpty() || !lines.get(0).equals(head)) {
        return List.of();
      }
      for (String line : lines.subList(1, lines.size())) {
        JsonNode json = JSON.readTree(line);
        int question = json.path("question").asInt(-1);
        if (question < 0 || question >= questions) {
          return answers;
        }
        answers.add(
            new Answer(question, json.path("answer").asInt(-1), json.path("text").asText()));
      }
    } catch (JsonProcessingException halfLine) {
      return answers;
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(file, e);
    }
    return answers;
  }

  /** One set's answers. */
  static final class Log implements AutoCloseable {
    private final Path file;
    private final BufferedWriter writer;
    private final List<Answer> answers = new ArrayList<>();

    private Log(Path file, BufferedWriter writer, List<Answer> before) {
      this.file = file;
      this.writer = writer;
      answers.addAll(before);
    }

    List<Answer> answers() {
      return Collections.unmodifiableList(answers);
    }

    /** Writes answers; they are on their way to the disk when this returns. */
    void add(List<Answer> more) {
      try {
        for (Answer answer : more) {
          writer.write(line(answer));
        }
        writer.flush();
        answers.addAll(more);
      } catch (IOException e) {
        throw AtomicFile.cannotWrite(file, e);
      }
    }

    @Override
    public void close() {
      try {
        writer.close();
      } catch (IOException e) {
        throw AtomicFile.cannotWrite(file, e);
      }
    }
  }
}
