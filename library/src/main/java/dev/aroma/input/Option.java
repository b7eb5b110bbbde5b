package dev.aroma.input;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes one component of an options record: its default, its range, and what it does.
 *
 * <p>The component's name in kebab case is its key in a config ({@code learningRate} is {@code
 * learning-rate}); its type (int, long, double, boolean, String, Path, an enum, a list of strings,
 * or another options record) says what is allowed. Help texts, the reference page and validation
 * all come from here.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Option {
  /** One sentence for a person: what it does, in which unit. */
  String help();

  /**
   * The default as it would stand in YAML; empty means none (null, or for a record its defaults).
   */
  String def() default "";

  /** Smallest allowed value of a number, inclusive unless {@link #exclusive}. */
  double min() default Double.NEGATIVE_INFINITY;

  /** Largest allowed value of a number, always inclusive. */
  double max() default Double.POSITIVE_INFINITY;

  /** Whether {@link #min} itself is refused. */
  boolean exclusive() default false;

  /**
   * Whether it is a number of optimiser steps that belongs to the course of a whole run, and so
   * shrinks with it where a run is cut short.
   */
  boolean steps() default false;

  /** The allowed texts of a string, or of each string of a list; none means any. */
  String[] allowed() default {};
}
