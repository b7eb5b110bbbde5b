package dev.aroma.data;

import java.util.List;

/**
 * Questions with listed answers, of which one is right.
 *
 * @param name of the set
 * @param questions in the order of their file
 */
public record Benchmark(String name, List<Question> questions) {
  /** Copies the list. */
  public Benchmark {
    questions = List.copyOf(questions);
  }

  /**
   * One question.
   *
   * @param instruction what is asked; its output is the whole right answer
   * @param answers what may be answered (solution1, solution2, …), in their order
   * @param right index of the right answer
   */
  public record Question(Instruction instruction, List<String> answers, int right) {
    /** Copies the list. */
    public Question {
      answers = List.copyOf(answers);
    }

    /**
     * The whole answer that says this one of the listed: the right answer's words with another
     * choice.
     */
    public String output(int answer) {
      return instruction.output().replace(answers.get(right), answers.get(answer));
    }

    /** Index of the answer that a text names first; -1 if it names none. */
    public int answerIn(String text) {
      int found = -1;
      int first = Integer.MAX_VALUE;
      for (int i = 0; i < answers.size(); i++) {
        int at = text.indexOf(answers.get(i));
        if (at >= 0 && at < first) {
          first = at;
          found = i;
        }
      }
      return found;
    }
  }

  /** A fixed random sample of the questions; all of them for 0. */
  public Benchmark limited(int limit) {
    return new Benchmark(name, Sample.of(questions, limit));
  }
}
