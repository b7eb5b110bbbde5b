package dev.aroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.recipe.Recipes;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the documentation says of the code, held to it. */
class DocumentationTest {
  private static final String GENERATED = "<!-- generated";
  private static final String REGENERATE =
      "{ sed '/^<!-- generated/q' docs/configuration.md; echo; ./aroma config --markdown; }"
          + " > new.md && mv new.md docs/configuration.md";

  // --- errors and their sections -----------------------------------------------------------------

  @Test
  void everyErrorLinksToASectionAndEverySectionIsLinkedTo() throws IOException {
    Map<String, String> sources = new HashMap<>();
    for (Path file : RepositoryFiles.mainSources()) {
      sources.put(file.toString(), Files.readString(file));
    }
    List<String> sections = page("docs/troubleshooting.md").headings(2);
    assertThat(sections)
        .as("sections (##) of docs/troubleshooting.md, and the anchors of InputExceptions")
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(ErrorAnchors.in(sources));
    assertThat(sections)
        .as("a heading is its own anchor")
        .allSatisfy(heading -> assertThat(Markdown.id(heading)).isEqualTo(heading));
  }

  @Test
  void anchorsAreFoundInEveryFormInWhichTheyAreWritten() {
    assertThat(anchors("throw new InputException(\"a, (b\" + \"\\\"\", f(1, 2), \"plain\", e);"))
        .containsExactly("plain");
    assertThat(anchors("new InputException(a, b, wide ? \"left\" : RIGHT); String RIGHT = \"r\";"))
        .containsExactly("left", "r");
    assertThat(anchors("String A = \"own\"; … new InputException(p, q, A)")).containsExactly("own");
    assertThat(
            ErrorAnchors.in(
                Map.of("/x/B.java", "B = \"far\"", "/A.java", "new InputException(p, q, B.B)")))
        .containsExactly("far");
    assertThat(
            anchors(
                "void tell(int n, String anchor) throws E { throw new InputException(p, q, anchor); }"
                    + " { tell(f(1, 2), \"one\"); tell(2, \"two\"); }"))
        .containsExactly("one", "two");
    assertThat(anchors("new InputException(\"\"\"\n a \" , \"\"\", q, \"block\")"))
        .containsExactly("block");
  }

  @Test
  void anAnchorThatCannotBeToldIsNotPassedOver() {
    assertThatThrownBy(() -> anchors("new InputException(p, q, anchors.get(0))"))
        .hasMessageContaining("anchors.get(0)");
    assertThatThrownBy(() -> anchors("new InputException(p, q, LOST)"))
        .hasMessageContaining("LOST");
    assertThatThrownBy(() -> anchors("new InputException(p, q, local)"))
        .hasMessageContaining("local");
    assertThatThrownBy(() -> anchors("new InputException(p, q, Gone.X)"))
        .hasMessageContaining("Gone");
  }

  private static Set<String> anchors(String source) {
    return ErrorAnchors.in(Map.of("/A.java", source));
  }

  // --- the list of options -----------------------------------------------------------------------

  @Test
  void tablesOfOptionsAreThoseOfTheCode() throws IOException {
    String text = page("docs/configuration.md").text();
    int line = text.indexOf('\n', text.indexOf(GENERATED));
    assertThat(text).contains(GENERATED);
    assertThat(text.substring(line + 1).strip())
        .as("docs/configuration.md is out of date; write it again with:%n  %s", REGENERATE)
        .isEqualTo(Recipes.reference().markdown().strip());
  }

  /** The command's own list, read as text: the library does not know the command. */
  @Test
  void tableOfShortFormsIsThatOfTheCommand() throws IOException {
    Path forms = Path.of("aroma-cli/src/main/java/dev/aroma/cli/ShortForm.java");
    List<String> rows =
        Pattern.compile("\\w\\(\"(--[\\w-]+)\", \"([\\w.-]+)\"")
            .matcher(Files.readString(RepositoryFiles.root().resolve(forms)))
            .results()
            .map(form -> "| `%s` | `%s` |".formatted(form.group(1), form.group(2)))
            .toList();
    assertThat(rows).isNotEmpty();
    assertThat(page("docs/configuration.md").text().lines().filter(l -> l.startsWith("| `--")))
        .containsExactlyElementsOf(rows);
  }

  // --- links -------------------------------------------------------------------------------------

  @Test
  void relativeLinksLeadToFilesAndHeadingsThatAreThere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : RepositoryFiles.pages()) {
      for (String link : new Markdown(Files.readString(page)).links()) {
        if (!leadsSomewhere(page, link)) {
          broken.add(RepositoryFiles.root().relativize(page) + " -> " + link);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  private static boolean leadsSomewhere(Path page, String link) throws IOException {
    URI uri = URI.create(link);
    if (uri.isAbsolute()) {
      return true; // the network is none of a test's business
    }
    Path target = uri.getPath().isEmpty() ? page : page.resolveSibling(uri.getPath()).normalize();
    if (!Files.exists(target)) {
      return false;
    }
    return uri.getFragment() == null
        || new Markdown(Files.readString(target)).ids().contains(uri.getFragment());
  }

  @Test
  void headingsGetTheIdsThatGitHubGivesThem() {
    Markdown page = new Markdown("# A `b`, [c](d.md): e\n\n## X_y\n```\n# no\n```\n## X_y\n");
    assertThat(page.ids()).containsExactlyInAnyOrder("a-b-c-e", "x_y", "x_y-1");
    assertThat(page.headings(2)).containsExactly("X_y", "X_y");
    assertThat(page.links()).containsExactly("d.md");
    assertThat(new Markdown("`[a](b)` and\n    [c](d)\n![e](f.svg)").links())
        .containsExactly("f.svg");
  }

  // --- names that do not belong here -------------------------------------------------------------

  /** Put together here, so that this file does not hold them either. */
  private static final List<String> FOREIGN =
      List.of(
          "repo." + "maven",
          "repo1." + "maven",
          "registry." + "npmjs",
          "deb." + "debian",
          "pypi." + "org",
          "python" + "hosted",
          "/wo" + "rk/");

  @Test
  void noFileNamesARegistrysHostOrAPathOfTheMachine() throws IOException {
    List<Path> files = RepositoryFiles.all();
    List<String> found = new ArrayList<>();
    for (Path file : files) {
      String text = RepositoryFiles.bytes(file);
      FOREIGN.stream().filter(text::contains).map(word -> file + ": " + word).forEach(found::add);
    }
    assertThat(found).isEmpty();
    assertThat(files)
        .contains(
            RepositoryFiles.root().resolve("pom.xml"), RepositoryFiles.root().resolve("aroma"))
        .noneMatch(file -> file.toString().contains("/target/"));
  }

  private static Markdown page(String name) throws IOException {
    return new Markdown(Files.readString(RepositoryFiles.root().resolve(name)));
  }
}
