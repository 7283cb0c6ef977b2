package io.ndstream.coco;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ndstream.Oracle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** All recorded manifests: what valid ones come to, and every issue of invalid ones. */
class KwcocoOracleTest {
  private static final OpenOptions RESOLVE =
      OpenOptions.strict().withPaths(PathPolicy.resolveOnly());

  @TestFactory
  Stream<DynamicTest> validManifests() {
    return fields("kwcoco/expected.json")
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file,
                    () ->
                        valid(
                            file, Oracle.json("kwcoco/expected.json").get(file).get("expected"))));
  }

  @TestFactory
  Stream<DynamicTest> invalidManifests() {
    return fields("kwcoco/expected_invalid.json")
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file,
                    () ->
                        invalid(
                            file,
                            Oracle.json("kwcoco/expected_invalid.json").get(file).get("issues"))));
  }

  @Test
  void allFilesAreCompared() {
    assertThat(fields("kwcoco/expected.json")).hasSize(32);
    assertThat(fields("kwcoco/expected_invalid.json")).hasSize(34);
  }

  private static Stream<String> fields(String document) {
    List<String> names = new ArrayList<>();
    Oracle.json(document).fieldNames().forEachRemaining(names::add);
    return names.stream();
  }

  private static void valid(String file, JsonNode expected) {
    Path path = Oracle.path("kwcoco/valid/" + file);
    Reading reading = Manifests.read(path, RESOLVE);
    assertThat(reading.dataset()).as("%s", reading.report().issues()).isNotNull();
    try (Dataset dataset = reading.dataset()) {
      new Expected(expected).compare(dataset, reading.report());
    }
  }

  private static void invalid(String file, JsonNode expected) {
    Path path = Oracle.path("kwcoco/invalid/" + file);
    Reading strict = Manifests.read(path, OpenOptions.strict());
    List<String> found = strict.report().issues().stream().map(KwcocoOracleTest::text).toList();
    List<String> wanted = new ArrayList<>();
    expected.forEach(
        issue ->
            wanted.add(
                issue.get("code").asText()
                    + " "
                    + issue.get("where").asText()
                    + " "
                    + issue.get("severity").asText()));
    assertThat(found)
        .as("%s", strict.report().issues())
        .containsExactlyInAnyOrderElementsOf(wanted);
    boolean clean =
        strict.report().issues().stream().allMatch(issue -> issue.severity() == Severity.WARNING);
    boolean fatal =
        strict.report().issues().stream().anyMatch(issue -> issue.severity() == Severity.FATAL);
    assertThat(strict.dataset() != null).as("opens strictly").isEqualTo(clean);
    Reading lenient = Manifests.read(path, OpenOptions.strict().withLenient(true));
    assertThat(lenient.report().issues()).isEqualTo(strict.report().issues());
    assertThat(lenient.dataset() == null).as("nothing to open").isEqualTo(fatal);
    if (lenient.dataset() != null) {
      new Consistency(lenient.dataset()).check();
      lenient.dataset().close();
    }
    if (strict.dataset() != null) {
      strict.dataset().close();
    }
  }

  private static String text(Issue issue) {
    return issue.code()
        + " "
        + issue.where()
        + " "
        + issue.severity().name().toLowerCase(Locale.ROOT);
  }
}
