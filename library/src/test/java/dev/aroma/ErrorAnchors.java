package dev.aroma;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The sections of the troubleshooting page that sources link to: the third argument of every {@code
 * new InputException(…)}.
 *
 * <p>The argument need not be a literal. Understood are a choice ({@code x ? "a" : "b"}), a
 * constant of this or another class ({@code ANCHOR}, {@code Other.ANCHOR}), and a parameter of the
 * method around it, which is then looked for in the calls of that method in the same file. Anything
 * else is refused, so that no anchor goes unseen.
 */
final class ErrorAnchors {
  private static final Pattern MADE = Pattern.compile("new InputException\\s*\\(");
  private static final Pattern LITERAL = Pattern.compile("\"([^\"]*)\"");
  private static final Pattern CONSTANT = Pattern.compile("(?:(\\w+)\\.)?([A-Z][A-Z0-9_]*)");
  private static final Pattern PARAMETER = Pattern.compile("[a-z]\\w*");
  private static final int ANCHOR = 2;

  private final Map<String, String> sources;
  private final Set<String> found = new TreeSet<>();

  private ErrorAnchors(Map<String, String> sources) {
    this.sources = sources;
  }

  /**
   * All anchors.
   *
   * @param sources the texts of Java files by their paths
   * @throws IllegalStateException if an anchor cannot be told from the text
   */
  static Set<String> in(Map<String, String> sources) {
    ErrorAnchors anchors = new ErrorAnchors(sources);
    sources.forEach(
        (path, source) -> {
          for (Matcher made = MADE.matcher(source); made.find(); ) {
            List<String> arguments = arguments(source, made.end());
            anchors.resolve(arguments.get(ANCHOR), path, made.start());
          }
        });
    return anchors.found;
  }

  private void resolve(String expression, String path, int at) {
    int choice = expression.indexOf('?');
    Matcher literal = LITERAL.matcher(expression);
    Matcher constant = CONSTANT.matcher(expression);
    if (choice >= 0) {
      for (String part : expression.substring(choice + 1).split(":", -1)) {
        resolve(part.strip(), path, at);
      }
    } else if (literal.matches()) {
      found.add(literal.group(1));
    } else if (constant.matches()) {
      found.add(constant(constant.group(2), home(constant.group(1), path)));
    } else if (PARAMETER.matcher(expression).matches()) {
      resolveCallers(expression, path, at);
    } else {
      throw unclear(expression, path);
    }
  }

  /** The text of the class that a constant is of; null stands for the file itself. */
  private String home(String owner, String path) {
    return sources.entrySet().stream()
        .filter(e -> owner == null ? e.getKey().equals(path) : isFileOf(e.getKey(), owner))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow(() -> unclear(String.valueOf(owner), path));
  }

  private static boolean isFileOf(String path, String type) {
    return path.replace('\\', '/').endsWith("/" + type + ".java");
  }

  private static String constant(String name, String source) {
    Matcher value = Pattern.compile("\\b" + name + "\\s*=\\s*\"([^\"]*)\"").matcher(source);
    if (!value.find()) {
      throw unclear(name, "its class");
    }
    return value.group(1);
  }

  private void resolveCallers(String parameter, String path, int at) {
    String source = sources.get(path);
    String list = "(\\w+)\\s*\\(([^(){};]*\\bString\\s+" + parameter + "\\b[^(){};]*)\\)[^;{(]*\\{";
    Matcher declaration = Pattern.compile(list).matcher(source.substring(0, at));
    int declared = -1;
    String method = "";
    int index = 0;
    while (declaration.find()) { // the last one before it is around it
      declared = declaration.start();
      method = declaration.group(1);
      String before = declaration.group(2).split("\\bString\\s+" + parameter + "\\b", 2)[0];
      index = before.length() - before.replace(",", "").length();
    }
    if (declared < 0) {
      throw unclear(parameter, path);
    }
    Matcher call = Pattern.compile("\\b" + method + "\\s*\\(").matcher(source);
    while (call.find()) {
      if (call.start() != declared) {
        resolve(arguments(source, call.end()).get(index), path, call.start());
      }
    }
  }

  private static IllegalStateException unclear(String expression, String where) {
    return new IllegalStateException("cannot tell the anchor " + expression + " in " + where);
  }

  /** The arguments of a call, split at its own commas; {@code from} is after its bracket. */
  static List<String> arguments(String source, int from) {
    List<String> arguments = new ArrayList<>();
    int depth = 0;
    int start = from;
    for (int i = from; ; i++) {
      char c = source.charAt(i);
      if (c == '"' || c == '\'') {
        i = endOfQuoted(source, i);
      } else if (depth == 0 && (c == ',' || c == ')')) {
        arguments.add(source.substring(start, i).strip());
        start = i + 1;
        if (c == ')') {
          return arguments;
        }
      } else if (c == '(' || c == '[' || c == '{') {
        depth++;
      } else if (c == ')' || c == ']' || c == '}') {
        depth--;
      }
    }
  }

  private static int endOfQuoted(String source, int open) {
    String quote = source.startsWith("\"\"\"", open) ? "\"\"\"" : source.substring(open, open + 1);
    int i = open + quote.length();
    while (!source.startsWith(quote, i)) {
      i += source.charAt(i) == '\\' ? 2 : 1;
    }
    return i + quote.length() - 1;
  }
}
