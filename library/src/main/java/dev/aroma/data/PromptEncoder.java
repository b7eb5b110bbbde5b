package dev.aroma.data;

import dev.aroma.text.TextTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Prompts and answers as token ids, in training as in generation: what generation gives the model
 * is the prompt by itself, so an answer is what comes after exactly these ids.
 *
 * <p>An answer's ids are those that follow the prompt's in the encoding of both together. Where the
 * border disappears in that (a token spans it), they are those of the answer by itself.
 */
public final class PromptEncoder {
  private final TextTokenizer tokenizer;
  private final int endId;
  private final boolean addsEnd;
  private final int begins;

  /**
   * An encoder.
   *
   * @param tokenizer whose maximum length no text reaches
   * @param endId the token that ends an answer
   */
  public PromptEncoder(TextTokenizer tokenizer, int endId) {
    this.tokenizer = tokenizer;
    this.endId = endId;
    int[] letter = tokenizer.encode("a").ids();
    this.addsEnd = letter.length > 1 && letter[letter.length - 1] == endId;
    this.begins = tokenizer.encode("").length() - (addsEnd ? 1 : 0);
  }

  /** The token that ends an answer. */
  public int endId() {
    return endId;
  }

  /** How many tokens, such as BOS, stand before every text. */
  public int begins() {
    return begins;
  }

  /** Prompts with what stands before every text and without what ends it. */
  public List<int[]> prompts(List<String> prompts) {
    List<int[]> all = new ArrayList<>(prompts.size());
    tokenizer.encodeAll(prompts).forEach(encoding -> all.add(open(encoding.ids())));
    return all;
  }

  /**
   * Answers, each to be read after its prompt, with the ending token.
   *
   * @param prompts their texts
   * @param promptIds the same as {@link #prompts} gives them
   * @param outputs the answers' texts
   */
  public List<int[]> answers(List<String> prompts, List<int[]> promptIds, List<String> outputs) {
    List<String> together = new ArrayList<>(prompts.size());
    for (int i = 0; i < prompts.size(); i++) {
      together.add(prompts.get(i) + outputs.get(i));
    }
    List<int[]> joint = prompts(together);
    List<int[]> answers = new ArrayList<>(prompts.size());
    for (int i = 0; i < joint.size(); i++) {
      answers.add(answer(promptIds.get(i), joint.get(i), outputs.get(i)));
    }
    return answers;
  }

  private int[] answer(int[] prompt, int[] joint, String output) {
    boolean bordered =
        joint.length > prompt.length
            && Arrays.equals(prompt, 0, prompt.length, joint, 0, prompt.length);
    int[] ids = bordered ? joint : open(tokenizer.encode(output).ids());
    int from = bordered ? prompt.length : begins;
    int[] answer = Arrays.copyOfRange(ids, from, ids.length + 1);
    answer[answer.length - 1] = endId;
    return answer;
  }

  private int[] open(int[] ids) {
    return addsEnd ? Arrays.copyOf(ids, ids.length - 1) : ids;
  }
}
