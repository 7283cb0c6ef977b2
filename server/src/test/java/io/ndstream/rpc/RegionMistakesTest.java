package io.ndstream.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.ndstream.Oracle;
import io.ndstream.v1.CheckNegativesRequest;
import io.ndstream.v1.ClassNames;
import io.ndstream.v1.ClassWeight;
import io.ndstream.v1.ComputeFoldsRequest;
import io.ndstream.v1.ComputeSlidingWindowsRequest;
import io.ndstream.v1.CreateGridRequest;
import io.ndstream.v1.DrawNegativesRequest;
import io.ndstream.v1.GetItemRequest;
import io.ndstream.v1.GridServiceGrpc;
import io.ndstream.v1.GridSpec;
import io.ndstream.v1.GridTask;
import io.ndstream.v1.ImageBox;
import io.ndstream.v1.ListOverlapsRequest;
import io.ndstream.v1.ListTargetsRequest;
import io.ndstream.v1.PreselectRequest;
import io.ndstream.v1.RegionFilter;
import io.ndstream.v1.RegionServiceGrpc;
import io.ndstream.v1.SelectPositivesRequest;
import io.ndstream.v1.SelectionMethod;
import io.ndstream.v1.SplitDatasetRequest;
import io.ndstream.v1.SplitServiceGrpc;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests with several mistakes each: all of them come back together, and none that is not there.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RegionMistakesTest {
  @TempDir static Path dir;
  private RunningServer server;
  private ManagedChannel channel;

  private record Mistakes(String name, Runnable call, Set<String> fields) {}

  @BeforeAll
  void serve() {
    server = new RunningServer(dir, 1, 1 << 20, Oracle.path("regions/datasets/crowd.kwcoco.json"));
    channel = server.connect();
  }

  @AfterAll
  void stop() throws InterruptedException {
    channel.shutdownNow();
    server.close();
  }

  @TestFactory
  Stream<DynamicTest> allMistakesOfARequestComeTogether() {
    return Stream.of(preselect(), negatives(), positives(), grids(), splits())
        .flatMap(List::stream)
        .map(
            m ->
                DynamicTest.dynamicTest(
                    m.name, () -> assertThat(fields(m.call)).isEqualTo(new TreeSet<>(m.fields))));
  }

  private static Set<String> fields(Runnable call) throws InvalidProtocolBufferException {
    StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, call::run);
    assertThat(refused).as("is refused").isNotNull();
    Set<String> fields = new TreeSet<>();
    for (var detail : StatusProto.fromThrowable(refused).getDetailsList()) {
      if (detail.is(BadRequest.class)) {
        detail
            .unpack(BadRequest.class)
            .getFieldViolationsList()
            .forEach(v -> fields.add(v.getField()));
      }
    }
    return fields;
  }

  private static RegionFilter contradictory() {
    return RegionFilter.newBuilder()
        .addCategoryIds(12345)
        .addImageIds(-7)
        .setMinArea(9)
        .setMaxArea(3)
        .setMinAspect(2)
        .setMaxAspect(1)
        .addSensors("a")
        .addExcludeSensors("a")
        .addTags("t")
        .addExcludeTags("t")
        .setCapturedFrom("2026-01-02")
        .setCapturedBefore("2026-01-01")
        .addPolygon(1)
        .addPolygon(2)
        .addPolygon(3)
        .setMinValid(1.5)
        .build();
  }

  private static String[] ofFilter(String... others) {
    return Stream.concat(
            Stream.of(
                "filter.category_ids",
                "filter.image_ids",
                "filter.max_area",
                "filter.max_aspect",
                "filter.exclude_sensors",
                "filter.exclude_tags",
                "filter.captured_before",
                "filter.polygon",
                "filter.min_valid"),
            Stream.of(others))
        .toArray(String[]::new);
  }

  private List<Mistakes> preselect() {
    var regions = RegionServiceGrpc.newBlockingStub(channel);
    return List.of(
        new Mistakes(
            "preselect: negative numbers and a filter against itself",
            () ->
                regions.preselect(
                    PreselectRequest.newBuilder()
                        .setModeValue(9)
                        .setNNeg(-1)
                        .setNegToPosRatio(-2)
                        .addWindowDims(0)
                        .addWindowDims(5)
                        .setThresh(Double.NaN)
                        .setFilter(contradictory())
                        .build()),
            Set.of(ofFilter("mode", "neg_to_pos_ratio", "n_neg", "window_dims", "thresh"))),
        new Mistakes(
            "preselect: a window larger than every image among other mistakes",
            () ->
                regions.preselect(
                    PreselectRequest.newBuilder()
                        .setNNeg(-1)
                        .addWindowDims(5000)
                        .addWindowDims(9)
                        .setThresh(3)
                        .setFilter(RegionFilter.newBuilder().addExcludeCategoryIds(12345))
                        .build()),
            Set.of("n_neg", "window_dims", "thresh", "filter.category_ids")),
        new Mistakes(
            "preselect: weights and rows",
            () ->
                regions.preselect(
                    PreselectRequest.newBuilder()
                        .addPositiveRows(-1)
                        .addPositiveRows(1 << 30)
                        .setBalanceClasses(true)
                        .addClassWeights(
                            ClassWeight.newBuilder().setCategoryId(12345).setWeight(-1))
                        .addWindowDims(7)
                        .build()),
            Set.of("positive_rows", "balance_classes", "class_weights", "window_dims")),
        new Mistakes(
            "targets",
            () ->
                regions.listTargets(
                    ListTargetsRequest.newBuilder().setFilter(contradictory()).build()),
            Set.of(ofFilter())));
  }

  private List<Mistakes> negatives() {
    var regions = RegionServiceGrpc.newBlockingStub(channel);
    var unknown = ImageBox.newBuilder().setImageId(12345);
    return List.of(
        new Mistakes(
            "negatives: too many, too large, of no image",
            () ->
                regions.drawNegatives(
                    DrawNegativesRequest.newBuilder()
                        .setCount(1L << 40)
                        .addWindowDims(5000)
                        .addWindowDims(5000)
                        .setThresh(-0.1)
                        .addImageIds(1)
                        .addImageIds(12345)
                        .setSingleRound(true)
                        .setPatience(3)
                        .setFilter(contradictory())
                        .build()),
            // the filter leaves no image for a window to be too large for
            Set.of(ofFilter("count", "thresh", "image_ids", "single_round", "patience"))),
        new Mistakes(
            "negatives: a window larger than the images asked for",
            () ->
                regions.drawNegatives(
                    DrawNegativesRequest.newBuilder()
                        .setCount(-1)
                        .addWindowDims(5000)
                        .addWindowDims(1)
                        .build()),
            Set.of("count", "window_dims")),
        new Mistakes(
            "negatives: no size at all",
            () ->
                regions.drawNegatives(
                    DrawNegativesRequest.newBuilder().setCount(-3).setModeValue(9).build()),
            Set.of("anchors", "count", "mode")),
        new Mistakes(
            "candidates",
            () ->
                regions.checkNegatives(
                    CheckNegativesRequest.newBuilder().addCandidates(unknown).setThresh(2).build()),
            Set.of("candidates", "thresh")),
        new Mistakes(
            "overlaps",
            () ->
                regions.listOverlaps(
                    ListOverlapsRequest.newBuilder()
                        .addQueries(unknown)
                        .setVisibleThresh(-1)
                        .build()),
            Set.of("queries", "visible_thresh")));
  }

  private List<Mistakes> positives() {
    var regions = RegionServiceGrpc.newBlockingStub(channel);
    return List.of(
        new Mistakes(
            "select: negative window, thresh and filter",
            () ->
                regions.selectPositives(
                    SelectPositivesRequest.newBuilder()
                        .setMethodValue(9)
                        .addWindowDims(-3)
                        .addWindowDims(3)
                        .setThresh(1.5)
                        .setSeed(1)
                        .addScores(2)
                        .setFilter(contradictory())
                        .build()),
            Set.of(ofFilter("method", "window_dims", "thresh", "scores"))),
        new Mistakes(
            "item",
            () -> regions.getItem(GetItemRequest.newBuilder().setKindValue(9).build()),
            Set.of("kind")),
        new Mistakes(
            "select: scores that are not one a row",
            () ->
                regions.selectPositives(
                    SelectPositivesRequest.newBuilder().addScores(Double.NaN).build()),
            Set.of("scores")),
        new Mistakes(
            "select: scores for coverage",
            () ->
                regions.selectPositives(
                    SelectPositivesRequest.newBuilder()
                        .setMethod(SelectionMethod.SELECTION_METHOD_COVERAGE)
                        .addScores(1)
                        .addWindowDims(1)
                        .build()),
            Set.of("scores", "window_dims")));
  }

  private Mistakes grid(String name, GridSpec.Builder spec, String... fields) {
    var grids = GridServiceGrpc.newBlockingStub(channel);
    return new Mistakes(
        "grid: " + name,
        () -> grids.createGrid(CreateGridRequest.newBuilder().setSpec(spec).build()),
        Set.of(fields));
  }

  private List<Mistakes> grids() {
    var grids = GridServiceGrpc.newBlockingStub(channel);
    return List.of(
        grid("nothing is said", GridSpec.newBuilder(), "task", "window_dims"),
        grid(
            "an overlap of 1 and a negative size",
            GridSpec.newBuilder()
                .setTask(GridTask.GRID_TASK_IMAGE)
                .addWindowDims(-4)
                .addWindowDims(5)
                .addOverlap(1)
                .addClassesOfInterest("no such class")
                .setFrameStep(3)
                .setIgnoreCoverageThresh(Double.NaN),
            "window_dims[0]",
            "overlap[0]",
            "classes_of_interest",
            "frame_step",
            "ignore_coverage_thresh"),
        grid(
            "windows that do not move, of classes that are not there",
            GridSpec.newBuilder()
                .setTask(GridTask.GRID_TASK_IMAGE)
                .addWindowDims(1)
                .addWindowDims(9)
                .addOverlap(0.6)
                .setNegativeClasses(ClassNames.newBuilder().addNames("no such class"))
                .setFilter(RegionFilter.newBuilder().setMinArea(4)),
            "overlap",
            "negative_classes",
            "filter"),
        grid(
            "of videos, with the axes of images",
            GridSpec.newBuilder()
                .setTask(GridTask.GRID_TASK_VIDEO)
                .addWindowDims(9)
                .addWindowDims(9)
                .addOverlap(0.1)
                .addOverlap(-0.1)
                .setFrameStep(-1)
                .addClassesOfInterest("star")
                .setNegativeClasses(ClassNames.getDefaultInstance())
                .setFilter(contradictory()),
            ofFilter(
                "window_dims",
                "overlap",
                "overlap[1]",
                "frame_step",
                "classes_of_interest",
                "negative_classes",
                "filter")),
        new Mistakes(
            "sliding windows",
            () ->
                grids.computeSlidingWindows(
                    ComputeSlidingWindowsRequest.newBuilder()
                        .addShape(-1)
                        .addShape(5)
                        .addWindow(3)
                        .addWindow(-2)
                        .addStride(0)
                        .addOverlap(1)
                        .build()),
            Set.of("shape[0]", "window[1]", "stride[0]", "stride", "overlap[0]")));
  }

  private List<Mistakes> splits() {
    var splits = SplitServiceGrpc.newBlockingStub(channel);
    return List.of(
        new Mistakes(
            "folds",
            () ->
                splits.computeFolds(
                    ComputeFoldsRequest.newBuilder()
                        .addGroups(1)
                        .addLabels(-1)
                        .addLabels(2)
                        .setFolds(1)
                        .build()),
            Set.of("folds", "labels")),
        new Mistakes(
            "split",
            () -> splits.splitDataset(SplitDatasetRequest.newBuilder().setFactor(-2).build()),
            Set.of("factor")),
        new Mistakes(
            "split by what",
            () -> splits.splitDataset(SplitDatasetRequest.newBuilder().setUnitValue(9).build()),
            Set.of("unit")));
  }
}
