package dev.aroma.recipe;

/**
 * What an adapter was made on, for whoever loads it.
 *
 * @param baseModel id or path of the base model
 * @param taskType PEFT's name of the task, such as {@code SEQ_CLS}
 */
record Origin(String baseModel, String taskType) {}
