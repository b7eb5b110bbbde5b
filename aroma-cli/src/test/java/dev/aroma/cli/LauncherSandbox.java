package dev.aroma.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A clone with the real launcher, and a machine of stand-ins: JDKs and Maven are shell stubs. */
final class LauncherSandbox {
  /** What a launcher's process left. */
  record Outcome(int code, String out, String err) {}

  // All that the launcher calls; neither java nor mvn is among them.
  private static final List<String> TOOLS =
      List.of(
          "sh",
          "dirname",
          "readlink",
          "sed",
          "head",
          "tail",
          "find",
          "mkdir",
          "cat",
          "ls",
          "cp",
          "mv",
          "rm",
          "rmdir",
          "sleep",
          "stty");
  private static final String MAVEN =
      """
      #!/bin/sh
      if [ "$1" = -v ]; then echo "Apache Maven ${FAKE_MAVEN:-3.9.1} (stub)"; exit 0; fi
      echo "JAVA_HOME=$JAVA_HOME $*" >>builds.log
      sleep "${FAKE_SLEEP:-0}"
      if [ -n "${FAKE_FAILURE:-}" ]; then echo "[ERROR] $FAKE_FAILURE"; exit 1; fi
      mkdir -p library/target aroma-cli/target
      echo jar >library/target/aroma-1.jar
      echo jar >aroma-cli/target/aroma-cli-1.jar
      for word; do
        case $word in
          -Dmdep.outputFile=*)
            printf '%s' "$PWD/library/target/aroma-1.jar:$FAKE_CLASSPATH" >"${word#*=}" ;;
        esac
      done
      """;
  private static final String JAVA =
      """
      #!/bin/sh
      echo "java of $(dirname "$(dirname "$0")")"
      echo "cwd $PWD"
      echo "spin $GOMP_SPINCOUNT"
      for word; do echo "<$word>"; done
      exit "${FAKE_EXIT:-0}"
      """;

  final Path root;
  final Path clone;
  final Map<String, String> environment = new LinkedHashMap<>();
  private final Path bin;
  private final Map<Process, Path> errors = new LinkedHashMap<>();

  LauncherSandbox(Path root) throws IOException {
    this.root = root.toRealPath();
    this.clone = this.root.resolve("a clone");
    this.bin = Files.createDirectories(this.root.resolve("bin"));
    for (String file : List.of("pom.xml", "library/pom.xml", "aroma-cli/pom.xml")) {
      write(clone.resolve(file), "");
    }
    write(clone.resolve("library/src/main/java/A.java"), "");
    write(clone.resolve("aroma-cli/src/main/java/B.java"), "");
    Files.copy(repository().resolve("aroma"), clone.resolve("aroma"));
    for (String tool : TOOLS) {
      script(bin.resolve(tool), "#!/bin/sh\nexec " + tool(tool) + " \"$@\"\n");
    }
    script(bin.resolve("mvn"), MAVEN);
    Path dependency = write(this.root.resolve("m2/dependency.jar"), "");
    environment.put("PATH", bin.toString());
    environment.put("AROMA_JDK_PLACES", this.root.resolve("jvm") + "/*");
    environment.put("FAKE_CLASSPATH", dependency.toString());
  }

  /** The repository that this test is part of. */
  static Path repository() {
    Path path = Path.of("").toAbsolutePath();
    while (!Files.exists(path.resolve("aroma-cli/pom.xml"))) {
      path = path.getParent();
    }
    return path;
  }

  private static Path tool(String name) {
    return List.of("/bin", "/usr/bin").stream()
        .map(directory -> Path.of(directory, name))
        .filter(Files::exists)
        .findFirst()
        .orElseThrow();
  }

  static Path write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static void script(Path file, String text) throws IOException {
    if (!write(file, text).toFile().setExecutable(true)) {
      throw new IOException("Cannot make executable: " + file);
    }
  }

  /** A JDK of stubs, with a release file as real ones have. */
  Path jdk(String where, String version) throws IOException {
    Path home = root.resolve(where);
    script(home.resolve("bin/java"), JAVA);
    script(home.resolve("bin/javac"), JAVA);
    write(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  /** Puts the java of {@code home} on the PATH. */
  void onPath(Path home) throws IOException {
    Files.createSymbolicLink(bin.resolve("java"), home.resolve("bin/java"));
  }

  void withoutMaven() throws IOException {
    Files.delete(bin.resolve("mvn"));
  }

  int builds() throws IOException {
    return buildLog().size();
  }

  List<String> buildLog() throws IOException {
    Path log = clone.resolve("builds.log");
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  Outcome run(String... arguments) throws IOException, InterruptedException {
    return finish(start(clone, clone.resolve("aroma"), arguments));
  }

  Outcome runIn(Path directory, Path launcher, String... arguments)
      throws IOException, InterruptedException {
    return finish(start(directory, launcher, arguments));
  }

  Process start(Path directory, Path launcher, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectError(Files.createTempFile(root, "err", "").toFile());
    Process process = builder.start();
    errors.put(process, builder.redirectError().file().toPath());
    return process;
  }

  Outcome finish(Process process) throws IOException, InterruptedException {
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("The launcher hangs");
    }
    return new Outcome(process.exitValue(), out, Files.readString(errors.get(process)));
  }
}
