package io.ndstream.coco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ndstream.Oracle;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestsTest {
  private static final String ROW =
      "{\"id\": 7, \"image_id\": 1, \"bbox\": [1, 2, 3, 4], \"note\": \"as written\"}";
  private static final String MANIFEST =
      "{\"images\": [{\"id\": 1, \"file_name\": \"a.png\", \"width\": 8, \"height\": 8}], \"annotations\": ["
          + ROW
          + "]}";

  @TempDir Path bundle;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "datasets/broken",
        "datasets/pyramids",
        "datasets/segs",
        "datasets/shapes8",
        "datasets/vidshapes1_multisensor",
        "datasets/vidshapes2",
        "datasets/vidshapes2_msi",
        "datasets/warps"
      })
  void bundlesOpen(String name) {
    try (Dataset dataset = Manifests.open(Oracle.path(name), OpenOptions.serving())) {
      new Consistency(dataset).check();
      assertThat(dataset.bundle().resolve("data.kwcoco.json")).isEqualTo(dataset.path());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "covered",
        "crowd",
        "dense",
        "edges",
        "ignore",
        "missing_bbox",
        "no_annots",
        "no_category_id",
        "no_images",
        "null_category_id",
        "only_null_bbox",
        "split_few",
        "split_many",
        "two_images",
        "vid_odd",
        "vid_plain",
        "vid_warp",
        "wide_annot"
      })
  void regionManifestsOpen(String name) {
    Path file = Oracle.path("regions/datasets/" + name + ".kwcoco.json");
    try (Dataset dataset = Manifests.open(file, OpenOptions.serving())) {
      new Consistency(dataset).check();
    }
  }

  @Test
  void degenerateShapesAreErrorsToAStrictReaderAndWarningsToAServer() throws IOException {
    Path file =
        write(
            "{\"images\": [{\"id\": 1, \"file_name\": \"a\"}], \"annotations\": [{\"id\": 1, \"image_id\": 1, "
                + "\"bbox\": [5, 5, -1, 2], \"segmentation\": [{\"exterior\": [[1, 1], [2, 1]]}]}]}");
    assertThat(Manifests.read(file, OpenOptions.strict()).report().count(Severity.ERROR))
        .isEqualTo(2);
    Reading reading = Manifests.read(file, OpenOptions.serving());
    assertThat(reading.report().count(Severity.WARNING)).isEqualTo(2);
    try (Dataset dataset = reading.dataset()) {
      assertThat(dataset.annotations().width(0)).isEqualTo(-1);
      Segmentation.Polygons shape = (Segmentation.Polygons) dataset.annotations().segmentation(0);
      assertThat(shape.parts().get(0).exterior()).containsExactly(1, 1, 2, 1);
    }
  }

  @Test
  void rowsComeBackAsWritten() throws IOException {
    try (Dataset dataset = Manifests.open(write(MANIFEST), OpenOptions.strict())) {
      assertThat(dataset.annotations().json(0)).isEqualTo(ROW);
      assertThat(dataset.imageJson(0))
          .isEqualTo("{\"id\": 1, \"file_name\": \"a.png\", \"width\": 8, \"height\": 8}");
    }
  }

  @Test
  void aRowOverwrittenInPlaceIsNoticed() throws IOException {
    Path file = write(MANIFEST);
    try (Dataset dataset = Manifests.open(file, OpenOptions.strict())) {
      Files.writeString(
          file, MANIFEST.replace("as written", "tampered!!"), StandardOpenOption.WRITE);
      assertThatThrownBy(() -> dataset.annotations().json(0))
          .satisfies(e -> assertReason(e, Reason.SOURCE_CHANGED));
    }
  }

  @Test
  void aTruncatedManifestIsNoticed() throws IOException {
    Path file = write(MANIFEST);
    try (Dataset dataset = Manifests.open(file, OpenOptions.strict())) {
      Files.writeString(file, "{}");
      assertThatThrownBy(() -> dataset.annotations().json(0))
          .satisfies(e -> assertReason(e, Reason.SOURCE_CHANGED));
    }
  }

  @Test
  void aReplacedManifestIsServedAsItWas() throws IOException {
    Path file = write(MANIFEST);
    try (Dataset dataset = Manifests.open(file, OpenOptions.strict())) {
      Files.delete(file);
      Files.writeString(file, "{}");
      assertThat(dataset.annotations().json(0)).isEqualTo(ROW);
    }
  }

  @Test
  void anInterruptedReaderHarmsNobody() throws IOException {
    try (Dataset dataset = Manifests.open(write(MANIFEST), OpenOptions.strict())) {
      Thread.currentThread().interrupt();
      assertThat(dataset.annotations().json(0)).isEqualTo(ROW);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(dataset.annotations().json(0)).isEqualTo(ROW);
    }
  }

  @Test
  void allErrorsOfAStrictOpenAreNamed() throws IOException {
    Path file =
        write("{\"images\": [{\"id\": 1}], \"annotations\": [{\"id\": 1, \"image_id\": 2}]}");
    assertThatThrownBy(() -> Manifests.open(file, OpenOptions.strict()))
        .isInstanceOfSatisfying(
            LoaderException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.BAD_MANIFEST);
              assertThat(e.violations().stream().map(v -> v.field()).toList())
                  .containsExactly("/images/0", "/annotations/0/image_id");
            });
  }

  @Test
  void aTableOfTheWrongTypeHidesNoOtherIssue() throws IOException {
    Path file =
        write(
            "{\"images\": [{\"id\": 1, \"file_name\": \"a\"}], \"categories\": {}, \"annotations\": [{\"id\": 1, "
                + "\"image_id\": 1, \"category_id\": 9}, {\"id\": 1, \"image_id\": 5}]}");
    Report report = Manifests.read(file, OpenOptions.strict()).report();
    assertThat(report.issues().stream().map(issue -> issue.code() + " " + issue.where()).toList())
        .containsExactly(
            "TABLE_TYPE /categories",
            "ID_DUPLICATE /annotations/1/id",
            "REF_IMAGE /annotations/1/image_id");
  }

  @Test
  void fingerprintsFollowWhatTheyStandFor() throws IOException {
    Path file = write(MANIFEST);
    Map<PixelIdentity, String> before = fingerprints(file);
    Path pixels = Files.writeString(bundle.resolve("a.png"), "pixels");
    Map<PixelIdentity, String> drawn = fingerprints(file);
    assertThat(changed(before, drawn)).containsExactly(PixelIdentity.STATE, PixelIdentity.CONTENT);
    assertThat(fingerprints(file)).isEqualTo(drawn);
    Files.setLastModifiedTime(pixels, FileTime.fromMillis(1_000_000));
    Map<PixelIdentity, String> copied = fingerprints(file);
    assertThat(changed(drawn, copied)).containsExactly(PixelIdentity.STATE);
    Map<PixelIdentity, String> edited =
        fingerprints(write(MANIFEST.replace("as written", "changed")));
    assertThat(changed(copied, edited)).containsExactly(PixelIdentity.values());
  }

  private static Map<PixelIdentity, String> fingerprints(Path file) {
    Map<PixelIdentity, String> fingerprints = new EnumMap<>(PixelIdentity.class);
    try (Dataset dataset = Manifests.open(file, OpenOptions.strict())) {
      for (PixelIdentity identity : PixelIdentity.values()) {
        fingerprints.put(identity, identity.fingerprint(dataset));
      }
    }
    return fingerprints;
  }

  private static List<PixelIdentity> changed(
      Map<PixelIdentity, String> before, Map<PixelIdentity, String> after) {
    return Stream.of(PixelIdentity.values())
        .filter(identity -> !before.get(identity).equals(after.get(identity)))
        .toList();
  }

  @Test
  void aMissingManifestAndAnAmbiguousBundleAreRefused() throws IOException {
    assertThatThrownBy(() -> Manifests.open(bundle.resolve("no.json"), OpenOptions.strict()))
        .satisfies(e -> assertReason(e, Reason.MISSING_MANIFEST));
    assertThatThrownBy(() -> Manifests.open(bundle, OpenOptions.strict()))
        .satisfies(e -> assertReason(e, Reason.MISSING_MANIFEST));
    Files.writeString(bundle.resolve("a.kwcoco.json"), "{}");
    Manifests.open(bundle, OpenOptions.strict()).close();
    Files.writeString(bundle.resolve("data.json"), "{}");
    assertThatThrownBy(() -> Manifests.open(bundle, OpenOptions.strict()))
        .satisfies(e -> assertReason(e, Reason.MISSING_MANIFEST));
  }

  @Test
  void allowedPrefixesOpenWhatIsBelowThemAndNothingBeside() throws IOException {
    PathPolicy policy = new PathPolicy(false, List.of("/data/ok/"), List.of("https://host/ok"));
    List<String> good = List.of("/data/ok/a.tif", "/data/ok/b/../c.tif", "https://host/ok/a.tif");
    List<String> bad =
        List.of(
            "/data/okay/a.tif",
            "/data/ok/../no.tif",
            "https://host/okay/a.tif",
            "https://host/ok/../a.tif",
            "/vsimem/a");
    for (String name : good) {
      assertThat(open(name, policy).count()).as(name).isZero();
    }
    for (String name : bad) {
      assertThat(open(name, policy).issues())
          .as(name)
          .singleElement()
          .satisfies(
              issue -> {
                assertThat(issue.code()).isEqualTo(IssueCode.PATH);
                assertThat(issue.message()).contains("--allow-");
              });
    }
  }

  @Test
  void linksOutOfTheBundleAreRefusedWhereverTheyStand(@TempDir Path elsewhere) throws IOException {
    Files.writeString(elsewhere.resolve("secret.png"), "");
    Files.createSymbolicLink(bundle.resolve("directory"), elsewhere);
    Files.createSymbolicLink(bundle.resolve("file.png"), elsewhere.resolve("secret.png"));
    Files.writeString(bundle.resolve("own.png"), "");
    Files.createSymbolicLink(bundle.resolve("alias.png"), bundle.resolve("own.png"));
    for (String name : List.of("directory/secret.png", "file.png")) {
      assertThat(open(name, PathPolicy.bundleOnly()).issues()).as(name).hasSize(1);
      PathPolicy allowed = new PathPolicy(false, List.of(elsewhere.toString()), List.of());
      assertThat(open(name, allowed).issues()).as(name).isEmpty();
    }
    assertThat(open("alias.png", PathPolicy.bundleOnly()).issues()).isEmpty();
    assertThat(open("missing/a.png", PathPolicy.bundleOnly()).issues()).isEmpty();
  }

  private Report open(String fileName, PathPolicy policy) throws IOException {
    Path file = write("{\"images\": [{\"id\": 1, \"file_name\": \"" + fileName + "\"}]}");
    Reading reading = Manifests.read(file, OpenOptions.strict().withPaths(policy));
    if (reading.dataset() != null) {
      reading.dataset().close();
    }
    return reading.report();
  }

  private Path write(String text) throws IOException {
    return Files.writeString(bundle.resolve("m.json"), text);
  }

  private static void assertReason(Throwable e, Reason reason) {
    assertThat(e)
        .isInstanceOfSatisfying(
            LoaderException.class, known -> assertThat(known.reason()).isEqualTo(reason));
  }
}
