package dev.aroma.data;

/**
 * Something to do and what to answer.
 *
 * @param instruction what is asked, never blank
 * @param input what it is asked about; empty where the instruction says it all
 * @param output the right answer, never blank
 */
public record Instruction(String instruction, String input, String output) {}
