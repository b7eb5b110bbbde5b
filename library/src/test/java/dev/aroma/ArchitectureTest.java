package dev.aroma;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.jsontype.PolymorphicTypeValidator;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.ObjectInputStream;
import java.net.URLConnection;
import java.util.Map;

/** Who may know whom: the table of the design, held. */
@AnalyzeClasses(packages = "dev.aroma", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String BASE = "dev.aroma";

  /** By package below the base; the base itself, with what a user calls, stands above all. */
  private static final Map<String, Integer> LAYERS =
      Map.ofEntries(
          Map.entry("input", -1), // of layer 0, and known to the rest of layer 0
          Map.entry("tensor", 0),
          Map.entry("text", 0),
          Map.entry("metrics", 0),
          Map.entry("nn", 1),
          Map.entry("io", 1),
          Map.entry("model", 2),
          Map.entry("model.bert", 2),
          Map.entry("model.llama", 2),
          Map.entry("peft", 2),
          Map.entry("data", 2),
          Map.entry("optim", 2),
          Map.entry("train", 3),
          Map.entry("generate", 3),
          Map.entry("report", 4),
          Map.entry("recipe", 5),
          Map.entry("", 6));

  @ArchTest
  static final ArchRule PACKAGES_IMPORT_ONLY_LOWER_LAYERS =
      classes().should(importOnlyLowerLayers()).allowEmptyShould(true);

  @ArchTest
  static final ArchRule NO_CYCLES_BETWEEN_PACKAGES =
      slices().matching("dev.aroma.(**)").should().beFreeOfCycles().allowEmptyShould(true);

  @ArchTest
  static final ArchRule METHODS_AND_MODELS_ARE_STRANGERS =
      noClasses()
          .that()
          .resideInAPackage("dev.aroma.peft..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.aroma.model..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule MODELS_AND_METHODS_ARE_STRANGERS =
      noClasses()
          .that()
          .resideInAPackage("dev.aroma.model..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.aroma.peft..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule ONLY_TENSOR_KNOWS_THE_ENGINE =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.aroma.tensor..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.bytedeco..", "com.sun.jna..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule ONLY_TEXT_KNOWS_THE_TOKENIZERS =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.aroma.text..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule CLASSES_ARE_NAMED_FOR_WHAT_THEY_ARE =
      noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Helpers)").allowEmptyShould(true);

  @ArchTest
  static final ArchRule NO_PACKAGE_FOR_ODDS_AND_ENDS =
      noClasses().should().resideInAnyPackage("..util..", "..utils..").allowEmptyShould(true);

  @ArchTest
  static final ArchRule THE_LIBRARY_DOES_NOT_PRINT =
      noClasses()
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .because("what a person sees goes through report.Progress or the log")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule NOTHING_IS_LOADED_OR_DESERIALISED_BY_ITS_NAME =
      noClasses()
          .should()
          .callMethod(Class.class, "forName", String.class)
          .orShould()
          .callMethod(ClassLoader.class, "loadClass", String.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(ObjectInputStream.class)
          .orShould()
          .callMethod(ObjectMapper.class, "activateDefaultTyping", PolymorphicTypeValidator.class)
          .because("a file could name any class");

  @ArchTest
  static final ArchRule ONE_CLASS_TALKS_TO_THE_NETWORK =
      noClasses()
          .that()
          .haveNameNotMatching("dev\\.aroma\\.io\\.(Hub|EmbeddedModel).*")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.net.http..")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(URLConnection.class)
          .because("it alone insists on HTTPS and checksums; EmbeddedModel reads the class path");

  private static ArchCondition<JavaClass> importOnlyLowerLayers() {
    return new ArchCondition<>("import only lower layers") {
      @Override
      public void check(JavaClass origin, ConditionEvents events) {
        for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          if (isOurs(target) && !mayKnow(place(origin), place(target))) {
            events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
          }
        }
      }
    };
  }

  private static boolean isOurs(JavaClass type) {
    return type.getPackageName().equals(BASE) || type.getPackageName().startsWith(BASE + ".");
  }

  private static String place(JavaClass type) {
    return type.getPackageName().substring(BASE.length()).replaceFirst("^\\.", "");
  }

  /** Lower layers, the package itself and what is above or below it in the same tree. */
  static boolean mayKnow(String from, String to) {
    return from.equals(to)
        || (!from.isEmpty() && to.startsWith(from + "."))
        || (!to.isEmpty() && from.startsWith(to + "."))
        || layer(to) < layer(from);
  }

  /** A package of the table, or below one of it: peft.aroma is of layer 2 as peft is. */
  static int layer(String place) {
    for (String name = place; ; name = name.substring(0, name.lastIndexOf('.'))) {
      Integer layer = LAYERS.get(name);
      if (layer != null) {
        return layer;
      }
      if (name.indexOf('.') < 0) {
        throw new IllegalArgumentException("Give " + place + " a layer in ArchitectureTest");
      }
    }
  }
}
