package dev.aroma.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Instructions as token ids: prompt, answer, and the token that ends it.
 *
 * <p>What is longer than the maximum loses tokens at the beginning of its prompt, but for what
 * stands before every text (BOS): the question's end and the words that call for the answer stay,
 * and the answer is whole. Only an answer that is longer than the maximum by itself loses its end.
 */
public final class InstructionSplit implements BatchSource {
  private final String name;
  private final int padId;
  private final int maxLength;
  private final List<int[]> ids = new ArrayList<>(); // prompt and answer
  private final List<Integer> learned = new ArrayList<>(); // where labels begin
  private int truncated;

  private InstructionSplit(String name, int padId, int maxLength) {
    this.name = name;
    this.padId = padId;
    this.maxLength = maxLength;
  }

  /**
   * Tokenizes instructions on all cores.
   *
   * @param padId fills up a batch
   * @param maxLength most tokens of prompt and answer
   * @param learned which tokens get labels
   */
  public static InstructionSplit of(
      String name,
      List<Instruction> instructions,
      PromptTemplate template,
      PromptEncoder encoder,
      int padId,
      int maxLength,
      InstructionOptions.Learned learned) {
    List<String> prompts = instructions.stream().map(template::prompt).toList();
    List<int[]> promptIds = encoder.prompts(prompts);
    List<int[]> answers =
        encoder.answers(
            prompts, promptIds, instructions.stream().map(Instruction::output).toList());
    InstructionSplit split = new InstructionSplit(name, padId, maxLength);
    boolean all = learned == InstructionOptions.Learned.ALL;
    for (int i = 0; i < prompts.size(); i++) {
      split.add(promptIds.get(i), answers.get(i), encoder.begins(), all);
    }
    return split;
  }

  private void add(int[] prompt, int[] answer, int begins, boolean all) {
    int first = Math.min(begins, maxLength - 1);
    int answered = Math.min(answer.length, maxLength - first);
    int asked = Math.min(prompt.length - first, maxLength - first - answered);
    int[] both = new int[first + asked + answered];
    System.arraycopy(prompt, 0, both, 0, first);
    System.arraycopy(prompt, prompt.length - asked, both, first, asked);
    System.arraycopy(answer, 0, both, first + asked, answered);
    ids.add(both);
    learned.add(all ? 0 : first + asked);
    truncated += both.length < prompt.length + answer.length ? 1 : 0;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return ids.size();
  }

  @Override
  public int truncated() {
    return truncated;
  }

  @Override
  public int[] lengths() {
    return ids.stream().mapToInt(each -> each.length).toArray();
  }

  @Override
  public Batch batch(int[] index, int multiple) {
    int longest = 0;
    for (int i : index) {
      longest = Math.max(longest, ids.get(i).length);
    }
    Batch batch = Batch.padded(index, longest, multiple, maxLength, padId);
    for (int row = 0; row < index.length; row++) {
      batch.fill(row, ids.get(index[row]), learned.get(index[row]));
    }
    return batch;
  }
}
