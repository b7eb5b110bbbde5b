package dev.aroma;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files of the repository that the tests run in. */
final class RepositoryFiles {
  private RepositoryFiles() {}

  /** The directory that holds {@code .mvn}, here or above. */
  static Path root() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve(".mvn"))) {
        return at;
      }
    }
    throw new IllegalStateException("no .mvn here or above: " + Path.of("").toAbsolutePath());
  }

  /** Every file but git's own and those in directories that .gitignore names. */
  static List<Path> all() throws IOException {
    Set<String> ignored =
        Files.readAllLines(root().resolve(".gitignore")).stream()
            .filter(line -> line.endsWith("/"))
            .map(line -> line.replace("/", ""))
            .collect(Collectors.toSet());
    ignored.add(".git");
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        root(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return ignored.contains(directory.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            // In a work tree made by git, .git is a file, and it holds a path of the machine.
            if (attributes.isRegularFile() && !ignored.contains(file.getFileName().toString())) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  /** The main Java sources of the library and the command. */
  static List<Path> mainSources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : List.of("library", "aroma-cli")) {
      try (Stream<Path> files = Files.walk(root().resolve(module).resolve("src/main/java"))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    return sources;
  }

  /** The Markdown files for people: README where there is one, CONTRIBUTING, CHANGELOG, docs. */
  static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.list(root().resolve("docs"))) {
      Stream<Path> top =
          Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md").map(root()::resolve);
      return Stream.concat(top, docs)
          .filter(file -> file.toString().endsWith(".md") && Files.exists(file))
          .toList();
    }
  }

  /** A file's bytes as characters, one for one, so that any file can be searched. */
  static String bytes(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
