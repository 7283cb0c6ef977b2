package io.ndstream.stitch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.ndstream.coco.Asset;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Manifests;
import io.ndstream.coco.OpenOptions;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.pixels.DType;
import io.ndstream.raster.RasterSpec;
import io.ndstream.stitch.OutputSpec.IfExists;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever the image has already: what is written opens without a mistake, or is refused. */
class ExistingAssetTest {
  private static final int SIDE = 32;

  @TempDir Path bundle;
  private Path manifest;

  @BeforeEach
  void makeManifest() {
    ArrayNode images = Runs.MAPPER.createArrayNode();
    images
        .addObject()
        .put("id", 1)
        .put("name", "im1")
        .put("width", SIDE)
        .put("height", SIDE)
        .put("file_name", "im1.png")
        .put("channels", "gray");
    Runs.dataset(bundle, images, null).close();
    manifest = bundle.resolve("data.kwcoco.json");
  }

  private Dataset open() {
    return Manifests.open(manifest, OpenOptions.strict());
  }

  private StitchRun run(Dataset dataset, String name, String channels, IfExists policy) {
    OutputSpec usual = Runs.output(bundle, RasterSpec.Format.GTIFF, DType.INT16);
    OutputSpec output =
        new OutputSpec(
            usual.format(),
            usual.dtype(),
            usual.min(),
            usual.max(),
            usual.round(),
            usual.compression(),
            usual.blockSize(),
            usual.overviews(),
            usual.directory().resolveSibling(policy == IfExists.FAIL ? name : "pred"),
            usual.manifest(),
            policy,
            true);
    RunSpec spec = Runs.spec(List.of(channels.split("\\|")), Precision.EXACT, output);
    return Runs.open(bundle.resolve("run-" + name), spec, dataset);
  }

  /** Fills the canvas and writes it. */
  private static FinishedRaster finish(StitchRun run, float value) throws InterruptedException {
    float[] values = new float[SIDE * SIDE * run.spec().bands()];
    Arrays.fill(values, value);
    Patch patch = Runs.patch(SIDE, SIDE, run.spec().bands(), values);
    run.add(new StitchWindow(1, "", null, patch, null, false), null);
    return run.finalizeImage(1, true);
  }

  private String write(String name, String channels, IfExists policy) throws Exception {
    try (Dataset dataset = open();
        StitchRun run = run(dataset, name, channels, policy)) {
      String file = finish(run, 0.5f).fileName();
      run.merge();
      return file;
    }
  }

  private List<Asset> assets(String channels) {
    try (Dataset dataset = open()) {
      return dataset.images().get(0).assets().stream()
          .filter(asset -> asset.channels().equals(List.of(channels.split("\\|"))))
          .toList();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = IfExists.class,
      names = {"REPLACE", "VERSION"})
  void theNewestTakesThePlace(IfExists policy) throws Exception {
    Path first = bundle.resolve(write("first", "a|b", IfExists.FAIL));
    byte[] before = Files.readAllBytes(first);
    write("second", "a|b", policy);
    String third = write("third", "a|b", policy);
    assertThat(assets("a|b")).extracting(Asset::fileName).containsExactly(third);
    assertThat(first).hasBinaryContent(before);
  }

  @Test
  void versionsOverwriteNoFile() throws Exception {
    List<String> files =
        List.of(
            write("first", "a", IfExists.VERSION),
            write("second", "a", IfExists.VERSION),
            write("third", "a", IfExists.VERSION));
    assertThat(files)
        .containsExactly(
            "_assets/pred/im1_a.tif", "_assets/pred/im1_a_v2.tif", "_assets/pred/im1_a_v3.tif")
        .allSatisfy(file -> assertThat(bundle.resolve(file)).exists());
    assertThat(assets("a")).extracting(Asset::fileName).containsExactly(files.get(2));
  }

  @Test
  void aKillBeforeTheRasterIsRecordedLeavesNoVersion() throws Exception {
    write("first", "a", IfExists.VERSION);
    Path second = bundle.resolve(write("second", "a", IfExists.VERSION));
    forgetFinished(bundle.resolve("run-second"));
    try (Dataset dataset = open();
        StitchRun again = run(dataset, "second", "a", IfExists.VERSION)) {
      assertThat(second).doesNotExist();
      assertThat(bundle.resolve(again.finalizeImage(1, true).fileName())).isEqualTo(second);
    }
  }

  @Test
  void aVersionThatSomebodyElseWroteIsKept() throws Exception {
    Path file = bundle.resolve(write("first", "a", IfExists.VERSION));
    forgetFinished(bundle.resolve("run-first"));
    Files.writeString(file, "another raster");
    try (Dataset dataset = open();
        StitchRun again = run(dataset, "first", "a", IfExists.VERSION)) {
      assertThat(again.finalizeImage(1, true).fileName()).isEqualTo("_assets/pred/im1_a_v2.tif");
      assertThat(file).hasContent("another raster");
    }
  }

  /** As if the server had been killed after the file got its name. */
  private static void forgetFinished(Path run) throws IOException {
    Path whole = Files.move(run.resolve("journal"), run.resolve("whole"));
    try (Journal cut = Journal.open(run.resolve("journal"), (kind, body) -> {})) {
      Journal.Reader others =
          (kind, body) -> {
            if (kind != Records.FINISHED && kind != Records.MERGED) {
              cut.append(kind, body);
            }
          };
      Journal.open(whole, others).close();
      cut.sync(cut.position());
    }
  }

  /** Neither run sees the other's asset in the data set that it was opened with. */
  @Test
  void twoRunsAtOnceLeaveOneAsset() throws Exception {
    try (Dataset dataset = open();
        StitchRun one = run(dataset, "one", "a", IfExists.VERSION);
        StitchRun two = run(dataset, "two", "a", IfExists.VERSION)) {
      finish(one, 0.25f);
      String last = finish(two, 0.75f).fileName();
      one.merge();
      two.merge();
      assertThat(assets("a")).extracting(Asset::fileName).containsExactly(last);
    }
  }

  @Test
  void twoRunsAtOnceAreRefusedIfNeitherMayReplace() throws Exception {
    try (Dataset dataset = open();
        StitchRun one = run(dataset, "one", "a|b", IfExists.FAIL);
        StitchRun two = run(dataset, "two", "b", IfExists.FAIL)) {
      finish(one, 0.25f);
      finish(two, 0.75f);
      one.merge();
      String before = Files.readString(manifest);
      assertRefused(two::merge);
      assertThat(manifest).hasContent(before);
    }
  }

  /** The image's own file, a file with further channels, and one with some of the channels only. */
  @ParameterizedTest
  @CsvSource({"gray, REPLACE", "gray, VERSION", "a, REPLACE", "a|b|c, VERSION", "b|d, FAIL"})
  void whatCannotMakeWayRefusesTheImage(String channels, IfExists policy) throws Exception {
    write("first", "a|b", IfExists.FAIL);
    String before = Files.readString(manifest);
    assertRefused(() -> write("second", channels, policy));
    assertThat(manifest).hasContent(before);
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            LoaderException.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(Reason.ASSET_EXISTS);
              assertThat(refused.facts()).containsEntry("image", "1");
            });
  }
}
