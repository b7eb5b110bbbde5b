package dev.aroma.fuzz;

/** What a mutator may know of a file's inside. */
public enum Form {
  /** Nothing: bytes. */
  BINARY,
  /** Lines of text with numbers and separators. */
  TEXT,
  /** One JSON document. */
  JSON,
  /** A JSON document a line. */
  JSON_LINES,
  /** Eight bytes of length, a JSON header, data. */
  SAFETENSORS
}
