package dev.aroma.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What was found in a directory. */
interface Inspection {
  /** For a person. */
  String text(boolean unicode, boolean colour);

  /** For a program; {@code kind} is run, adapter or model. */
  ObjectNode json();
}
