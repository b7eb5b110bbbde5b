package dev.aroma.cli;

import dev.aroma.report.Versions;
import dev.aroma.tensor.Engine;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} says. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    Versions versions = Versions.current(Engine.version());
    return new String[] {
      "aroma " + versions.aroma() + " (revision " + versions.revision() + ")",
      "libtorch " + versions.libtorch() + " (Bytedeco's presets)",
      "Java " + versions.java()
    };
  }
}
