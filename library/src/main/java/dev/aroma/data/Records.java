package dev.aroma.data;

import java.util.List;

/** A delimited file as lists of fields, before anything is known about columns. */
interface Records {
  /** The fields of the next record, or null after the last one. */
  List<String> next();

  /** The line on which the last record started, from 1. */
  int line();

  /** The file's name, for messages. */
  String origin();
}
