package io.ndstream;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.ndstream.error.Reason;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Holds the server to the package table of ARCHITECTURE.md, which this test reads: page and code
 * cannot drift.
 */
class ArchitectureTest {
  private static final Path ROOT = Path.of(System.getProperty("ndstream.root"));
  private static final String BASE = "io.ndstream.";
  private static final Pattern ROW = Pattern.compile("^\\| `(\\w+)` \\|.*\\| ([^|]*) \\|$");

  private static final List<String> MUTABLE =
      List.of(
          "java.util.concurrent.",
          "java.lang.ThreadLocal",
          "java.lang.StringBuilder",
          "java.util.Random",
          "java.util.BitSet",
          "java.nio.");

  /** Package to the packages it may use, in the order of the table. */
  private static Map<String, Set<String>> table;

  private static JavaClasses classes;

  @BeforeAll
  static void read() throws Exception {
    table = table(Files.readAllLines(ROOT.resolve("ARCHITECTURE.md")));
    Path main = Path.of(Reason.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    classes = new ClassFileImporter().importPath(main);
  }

  @Test
  void thePackagesOfTheServerAreTheRowsOfTheTable() {
    Set<String> packages = new TreeSet<>();
    classes.forEach(c -> packages.add(packageOf(c)));

    assertThat(packages).containsExactlyInAnyOrderElementsOf(table.keySet());
  }

  @Test
  void aRowUsesOnlyRowsAboveIt() {
    List<String> rows = new ArrayList<>(table.keySet());
    table.forEach(
        (row, uses) -> assertThat(rows.subList(0, rows.indexOf(row))).as(row).containsAll(uses));
  }

  @Test
  void everyPackageUsesOnlyItsRow() {
    table.forEach(
        (row, uses) -> {
          DescribedPredicate<JavaClass> others =
              DescribedPredicate.describe(
                  "packages outside the row of " + row,
                  c ->
                      table.containsKey(packageOf(c))
                          && !uses.contains(packageOf(c))
                          && !packageOf(c).equals(row));
          noClasses()
              .that()
              .resideInAPackage(BASE + row + "..")
              .should()
              .dependOnClassesThat(others)
              .allowEmptyShould(true)
              .check(classes);
        });
  }

  @Test
  void noPackagesDependOnEachOtherInACircle() {
    slices().matching(BASE + "(*)..").should().beFreeOfCycles().check(classes);
  }

  @ParameterizedTest
  @CsvSource({
    "org.gdal.., raster",
    "com.sun.jna.., raster",
    "org.locationtech.jts.., annot index",
    "com.fasterxml.jackson.., coco config",
    "io.grpc.., wire rpc app",
    "com.google.protobuf.., wire rpc app",
    "io.ndstream.v1.., wire rpc app",
    "picocli.., app",
  })
  void aLibraryIsUsedOnlyWhereItBelongs(String library, String users) {
    String[] allowed =
        Stream.of(users.split(" ")).map(name -> BASE + name + "..").toArray(String[]::new);
    noClasses()
        .that()
        .resideOutsideOfPackages(allowed)
        .should()
        .dependOnClassesThat(resideInAPackage(library))
        .check(classes);
  }

  @Test
  void whatComputesKnowsNoThreads() {
    String[] pure =
        Stream.of("error geom coco annot warp index grid plan sample wire config".split(" "))
            .map(name -> BASE + name + "..")
            .toArray(String[]::new);
    noClasses()
        .that(resideInAnyPackage(pure))
        .should()
        .dependOnClassesThat(resideInAPackage("java.util.concurrent.."))
        .check(classes);
  }

  @Test
  void onlyCommandsPrint() {
    noClasses()
        .that()
        .resideOutsideOfPackage(BASE + "app..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(classes);
  }

  @Test
  void staticsNeverChange() {
    fields().that().areStatic().should(neverChange()).check(classes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"proto", "server", "client-java"})
  void onlyTheBenchmarksUseTheServerModule(String module) throws IOException {
    String pom = Files.readString(ROOT.resolve(module).resolve("pom.xml"));
    String dependencies =
        pom.substring(pom.indexOf("<dependencies>"), pom.indexOf("</dependencies>"));
    assertThat(dependencies).doesNotContain("ndstream-server", "ndstream-bench");
  }

  private static Map<String, Set<String>> table(List<String> lines) {
    Map<String, Set<String>> rows = new LinkedHashMap<>();
    for (String line : lines) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        String uses = row.group(2).strip();
        rows.put(
            row.group(1),
            switch (uses) {
              case "—" -> Set.of();
              case "all above" -> new HashSet<>(rows.keySet());
              default -> new HashSet<>(Arrays.asList(uses.split(",\\s*")));
            });
      }
    }
    return rows;
  }

  /**
   * The first part of the package name below the root: {@code raster} for {@code
   * io.ndstream.raster.cache}.
   */
  private static String packageOf(JavaClass type) {
    String name = type.getPackageName() + ".";
    return name.startsWith(BASE) ? name.substring(BASE.length()).split("\\.")[0] : "";
  }

  /**
   * Final, and of a type that cannot change: arrays are tables if they are private, collections
   * must refuse changes.
   */
  private static ArchCondition<JavaField> neverChange() {
    return new ArchCondition<>("never change") {
      @Override
      public void check(JavaField field, ConditionEvents events) {
        if (!field.getModifiers().contains(JavaModifier.FINAL)) {
          events.add(
              SimpleConditionEvent.violated(
                  field, field.getFullName() + " is static but not final"));
        } else if (!constant(field)) {
          String what = " is static and of a type that can change: ";
          events.add(
              SimpleConditionEvent.violated(
                  field, field.getFullName() + what + field.getRawType().getName()));
        }
      }
    };
  }

  private static boolean constant(JavaField field) {
    JavaClass type = field.getRawType();
    if (type.isArray()) {
      return field.getModifiers().contains(JavaModifier.PRIVATE)
          || field.getModifiers().contains(JavaModifier.SYNTHETIC);
    }
    return MUTABLE.stream().noneMatch(name -> type.getName().startsWith(name))
        && !isMutableCollection(field);
  }

  private static boolean isMutableCollection(JavaField field) {
    if (!field.getRawType().isAssignableTo(Iterable.class)
        && !field.getRawType().isAssignableTo(Map.class)) {
      return false;
    }
    try {
      Field reflected = field.reflect();
      reflected.setAccessible(true);
      String name = reflected.get(null).getClass().getName();
      return !name.contains("Immutable") && !name.contains("Unmodifiable");
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
