package dev.aroma.recipe;

import dev.aroma.io.RawTensor;
import dev.aroma.io.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Two adapters, tensor by tensor and bit for bit. */
final class AdapterComparison {
  private AdapterComparison() {}

  /** A line for each tensor that is not the same; none where all are. */
  static List<String> differences(Path one, Path two) {
    Set<String> files = new TreeSet<>(weights(one));
    files.addAll(weights(two));
    List<String> found = new ArrayList<>();
    for (String file : files) {
      if (!Files.exists(one.resolve(file)) || !Files.exists(two.resolve(file))) {
        found.add(file + ": is in one of the two only");
      } else {
        compare(one.resolve(file), two.resolve(file), found);
      }
    }
    return found;
  }

  private static List<String> weights(Path adapter) {
    try (Stream<Path> files = Files.list(adapter)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".safetensors"))
          .toList();
    } catch (IOException e) {
      return List.of(); // no adapter was saved there
    }
  }

  private static void compare(Path first, Path second, List<String> found) {
    try (SafetensorsFile one = SafetensorsFile.open(first);
        SafetensorsFile two = SafetensorsFile.open(second)) {
      Set<String> names = new TreeSet<>(one.names());
      names.addAll(two.names());
      for (String name : names) {
        if (!one.contains(name) || !two.contains(name)) {
          found.add("tensor " + name + ": is in one of the two only");
        } else if (!same(one.get(name), two.get(name))) {
          found.add("tensor " + name + ": other values");
        }
      }
    }
  }

  private static boolean same(RawTensor one, RawTensor two) {
    return one.dtype() == two.dtype()
        && Arrays.equals(one.shape(), two.shape())
        && one.segments().equals(two.segments());
  }
}
