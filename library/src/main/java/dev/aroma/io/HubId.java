package dev.aroma.io;

import dev.aroma.input.InputException;
import java.util.regex.Pattern;

/**
 * The name of a model on the hub.
 *
 * @param repository {@code org/name} or {@code name}
 * @param revision a branch, tag or commit
 */
public record HubId(String repository, String revision) {
  private static final String NAME = "[A-Za-z0-9_][A-Za-z0-9_.-]*";
  private static final Pattern REPOSITORY = Pattern.compile(NAME + "(/" + NAME + ")?");
  private static final Pattern REVISION = Pattern.compile(NAME + "(/" + NAME + ")*");

  /** Both become parts of paths and URLs, so only plain names are let through. */
  public HubId {
    boolean sound = matches(REPOSITORY, repository) && matches(REVISION, revision);
    if (!sound) {
      throw new InputException(
          "not a Hugging Face id: "
              + repository
              + "@"
              + revision
              + "; expected org/name[@revision]",
          "Give an id such as FacebookAI/roberta-base, or the path of a model directory.",
          "bad-hub-id");
    }
  }

  private static boolean matches(Pattern pattern, String text) {
    return pattern.matcher(text).matches() && !text.contains("..");
  }

  /** Parses {@code org/name} or {@code org/name@revision}; without a revision it is main. */
  public static HubId parse(String text) {
    int at = text.indexOf('@');
    return at < 0
        ? new HubId(text, "main")
        : new HubId(text.substring(0, at), text.substring(at + 1));
  }

  /** The folder in the cache: {@code models--org--name}. */
  String folder() {
    return "models--" + repository.replace("/", "--");
  }

  HubId at(String commit) {
    return new HubId(repository, commit);
  }

  @Override
  public String toString() {
    return revision.equals("main") ? repository : repository + "@" + revision;
  }
}
