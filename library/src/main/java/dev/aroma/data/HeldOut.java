package dev.aroma.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Instructions parted by a hash of what is asked, so that equal ones are on one side in every run:
 * a tenth is held out, and of many about {@value #MOST}, as many as Commonsense170K does.
 *
 * @param train what is learned from
 * @param dev what is held out
 */
record HeldOut(List<Instruction> train, List<Instruction> dev) {
  private static final int MOST = 400;
  private static final double PART = 0.1;

  static HeldOut of(List<Instruction> all, Path file) {
    double part = Math.min(PART, (double) MOST / all.size());
    Map<Boolean, List<Instruction>> sides =
        all.stream().collect(Collectors.partitioningBy(each -> fraction(each) < part));
    if (sides.get(true).isEmpty() || sides.get(false).isEmpty()) {
      throw DataFiles.empty(
          file.toString(), "too few (%d) to hold a tenth out; give dev-file".formatted(all.size()));
    }
    return new HeldOut(sides.get(false), sides.get(true));
  }

  private static double fraction(Instruction each) {
    return StableHash.fraction(each.instruction() + "\t" + each.input());
  }

  String note(Path file) {
    return "%s: no file to judge on, held out %d of %d instructions by a hash of what they ask"
        .formatted(file, dev.size(), train.size() + dev.size());
  }
}
