package dev.aroma.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.cli.LauncherSandbox.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  @TempDir Path dir;
  private LauncherSandbox box;

  @BeforeEach
  void makeSandbox() throws IOException {
    box = new LauncherSandbox(dir);
  }

  private void withJdk() throws IOException {
    box.environment.put("JAVA_HOME", box.jdk("jdk17", "17.0.15").toString());
  }

  @Test
  void firstUseBuildsAndSaysSoOnceThenRuns() throws Exception {
    withJdk();
    Outcome outcome = box.run("train");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).contains("building").contains("aroma-build.log");
    assertThat(outcome.out()).contains("<dev.aroma.cli.Main>\n<train>\n");
    assertThat(box.buildLog().get(0))
        .contains("JAVA_HOME=" + box.root.resolve("jdk17"))
        .contains("-DskipTests")
        .contains("-pl aroma-cli -am package");
  }

  @Test
  void nothingIsBuiltTwice() throws Exception {
    withJdk();
    box.run();
    Outcome second = box.run();
    assertThat(second.err()).isEmpty();
    assertThat(box.builds()).isEqualTo(1);
  }

  @Test
  void ownJarsAreCopiedSoThatALaterBuildDoesNotDisturb() throws Exception {
    withJdk();
    Path lib = box.clone.resolve("aroma-cli/target/dist/lib");
    assertThat(box.run().out())
        .contains(
            "<%s:%s:%s>"
                .formatted(
                    lib.resolve("aroma-cli-1.jar"),
                    lib.resolve("aroma-1.jar"),
                    box.root.resolve("m2/dependency.jar")));
  }

  @Test
  void newerSourceIsBuilt() throws Exception {
    withJdk();
    box.run();
    Path source = box.clone.resolve("library/src/main/java/A.java");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
    box.run();
    assertThat(box.builds()).isEqualTo(2);
  }

  @Test
  void removedSourceIsNoticed() throws Exception {
    withJdk();
    box.run();
    Files.delete(box.clone.resolve("library/src/main/java/A.java"));
    box.run();
    assertThat(box.builds()).isEqualTo(2);
  }

  @Test
  void jarThatIsGoneIsNoticed() throws Exception {
    withJdk();
    box.run();
    Files.delete(box.root.resolve("m2/dependency.jar"));
    box.run();
    assertThat(box.builds()).isEqualTo(2);
  }

  @Test
  void failedBuildShowsTheEndOfItsLogAndIsTriedAgain() throws Exception {
    withJdk();
    box.environment.put("FAKE_FAILURE", "cannot find symbol");
    Outcome outcome = box.run();
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("[ERROR] cannot find symbol").contains("The build failed");
    assertThat(outcome.out()).isEmpty();
    box.environment.remove("FAKE_FAILURE");
    assertThat(box.run().code()).isZero();
  }

  @Test
  void exitCodeIsForwarded() throws Exception {
    withJdk();
    box.environment.put("FAKE_EXIT", "7");
    assertThat(box.run().code()).isEqualTo(7);
  }

  @Test
  void argumentsArriveAsTheyAre() throws Exception {
    withJdk();
    assertThat(box.run("a b", "", "*", "it's", "\"q\"", "$HOME", "--set", "k=[1, 2]").out())
        .endsWith("<a b>\n<>\n<*>\n<it's>\n<\"q\">\n<$HOME>\n<--set>\n<k=[1, 2]>\n");
  }

  @Test
  void linkFromElsewhereWorksAndTheDirectoryStays() throws Exception {
    withJdk();
    Path elsewhere = Files.createDirectories(box.root.resolve("else where"));
    Path link = elsewhere.resolve("link");
    Files.createSymbolicLink(link, Path.of("../a clone/aroma"));
    Path second = Files.createSymbolicLink(elsewhere.resolve("second"), link);
    Outcome outcome = box.runIn(elsewhere, second, "x");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains("cwd " + elsewhere + "\n").endsWith("<x>\n");
  }

  @Test
  void explicitJdkWins() throws Exception {
    withJdk();
    Path own = box.jdk("own", "21.0.1");
    box.environment.put("AROMA_JAVA_HOME", own.toString());
    assertThat(box.run().out()).startsWith("java of " + own + "\n");
  }

  @Test
  void explicitJdkThatWillNotDoIsTold() throws Exception {
    withJdk();
    box.environment.put("AROMA_JAVA_HOME", box.jdk("own", "11.0.2").toString());
    Outcome outcome = box.run();
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("AROMA_JAVA_HOME=").contains("17 or newer");
  }

  @Test
  void oldJavaHomeIsPassedOverForTheOneOnThePath() throws Exception {
    box.environment.put("JAVA_HOME", box.jdk("old", "1.8.0_402").toString());
    Path good = box.jdk("good", "17.0.1");
    box.onPath(good);
    assertThat(box.run().out()).startsWith("java of " + good + "\n");
  }

  @Test
  void javaOnThePathThatIsAShimIsAskedForItsHome() throws Exception {
    Path real = box.jdk("real", "17.0.1");
    Path shims = box.root.resolve("shims/bin");
    Path shim =
        LauncherSandbox.write(
            shims.resolve("java"), "#!/bin/sh\necho '    java.home = " + real + "' >&2\n");
    assertThat(shim.toFile().setExecutable(true)).isTrue();
    box.onPath(box.root.resolve("shims"));
    assertThat(box.run().out()).startsWith("java of " + real + "\n");
  }

  @Test
  void usualPlacesAreSearched() throws Exception {
    box.jdk("jvm/java-11", "11");
    Path good = box.jdk("jvm/java-21", "21");
    assertThat(box.run().out()).startsWith("java of " + good + "\n");
  }

  @Test
  void jdkWithoutAReleaseFileIsAsked() throws Exception {
    Path odd = box.jdk("odd", "17");
    Files.delete(odd.resolve("release"));
    LauncherSandbox.write(
        odd.resolve("bin/java"), "#!/bin/sh\necho 'openjdk version \"17.0.9\" 2023' >&2\n");
    box.environment.put("JAVA_HOME", odd.toString());
    assertThat(box.run().code()).isZero();
  }

  @Test
  void withoutAJdkWhatWasFoundIsTold() throws Exception {
    box.environment.put("JAVA_HOME", box.jdk("old", "11.0.2").toString());
    box.jdk("jvm/java-8", "1.8.0_402");
    Files.delete(box.jdk("jvm/jre", "21").resolve("bin/javac"));
    Outcome outcome = box.run();
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .contains("A JDK of version 17 or newer is needed")
        .contains("Java 11 in " + box.root.resolve("old") + " (JAVA_HOME)\n")
        .contains("Java 8 in " + box.root.resolve("jvm/java-8"))
        .contains("no JDK in " + box.root.resolve("jvm/jre"));
    assertThat(box.builds()).isZero();
  }

  @Test
  void withoutAnyJavaTheMessageStandsAlone() throws Exception {
    Outcome outcome = box.run();
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("none was found").doesNotContain("What I found");
  }

  @Test
  void nativeAccessIsDeclaredOnlyWhereTheJvmKnowsIt() throws Exception {
    withJdk();
    assertThat(box.run().out()).doesNotContain("native-access").contains("nopointergc=true");
    box.environment.put("AROMA_JAVA_HOME", box.jdk("new", "22").toString());
    assertThat(box.run().out()).contains("<--enable-native-access=ALL-UNNAMED>\n");
  }

  @Test
  void spinningIsShortUnlessNothingIsTrainedOrTheUserSaysOtherwise() throws Exception {
    withJdk();
    assertThat(box.run("train").out()).contains("spin 20000\n");
    assertThat(box.run("predict").out()).contains("spin 100000\n");
    box.environment.put("GOMP_SPINCOUNT", "500");
    assertThat(box.run().out()).contains("spin 500\n");
  }

  @Test
  void javaOptionsAreSplitAtSpacesAndNotExpanded() throws Exception {
    withJdk();
    box.environment.put("JAVA_OPTS", "-Xmx2g  -Da=*");
    assertThat(box.run().out()).contains("<-Xmx2g>\n<-Da=*>\n<-cp>\n");
  }

  @Test
  void missingMavenIsToldOnlyWhenThereIsSomethingToBuild() throws Exception {
    withJdk();
    box.run();
    box.withoutMaven();
    assertThat(box.run().code()).isZero();
    Files.delete(box.clone.resolve("aroma-cli/target/dist/stamp"));
    Outcome outcome = box.run();
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("Maven 3.8 or newer").contains("no mvn on the PATH");
    assertThat(box.clone.resolve("aroma-cli/target/.build-lock")).doesNotExist();
  }

  @Test
  void oldMavenIsToldWithItsVersion() throws Exception {
    withJdk();
    box.environment.put("FAKE_MAVEN", "3.6.3");
    assertThat(box.run().err()).contains("Maven 3.8 or newer").contains("found 3.6.3");
    box.environment.put("FAKE_MAVEN", "4.0.0");
    assertThat(box.run().code()).isZero();
  }

  @Test
  void twoAtOnceBuildOnce() throws Exception {
    withJdk();
    box.environment.put("FAKE_SLEEP", "2");
    Path launcher = box.clone.resolve("aroma");
    Process first = box.start(box.clone, launcher, "one");
    Process second = box.start(box.clone, launcher, "two");
    assertThat(box.finish(first).code()).isZero();
    assertThat(box.finish(second).code()).isZero();
    assertThat(box.builds()).isEqualTo(1);
  }

  @Test
  void lockOfADeadLauncherDoesNotBlock() throws Exception {
    withJdk();
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Path lock = box.clone.resolve("aroma-cli/target/.build-lock");
    LauncherSandbox.write(lock.resolve("pid"), dead.pid() + "\n");
    assertThat(box.run().code()).isZero();
    assertThat(lock).doesNotExist();
  }

  @Test
  void realCommandStartsOnARealJvm() throws Exception {
    box.environment.put("AROMA_JAVA_HOME", System.getProperty("java.home"));
    box.environment.put("FAKE_CLASSPATH", System.getProperty("java.class.path"));
    Outcome outcome = box.run("--help");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("aroma");
  }
}
