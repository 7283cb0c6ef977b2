package io.ndstream.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.ndstream.Oracle;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Manifests;
import io.ndstream.coco.OpenOptions;
import io.ndstream.error.LoaderException;
import io.ndstream.geom.Box;
import io.ndstream.index.AnnotationIndex;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Recorded results of the Python library: targets, overlaps, windows, grids, selections, negatives,
 * folds and splits.
 */
class RegionsOracleTest {
  private static final double STANDARD_ERRORS = 4;

  private final Map<String, Function<JsonNode, Object>> calls =
      Map.ofEntries(
          Map.entry("targets.table", this::table),
          Map.entry("isect.overlapping_aids", c -> overlaps(c, 0)),
          Map.entry("isect.ious", c -> measured(c, (index, image, box) -> index.ious(image, box))),
          Map.entry(
              "isect.iooas", c -> measured(c, (index, image, box) -> index.iooas(image, box))),
          Map.entry(
              "regions.overlapping_aids",
              c -> overlaps(c, c.at("/args/visible_thresh").asDouble())),
          Map.entry("slider.basis", this::slider),
          Map.entry("image_grid.new", c -> grid(c, GridOptions.Task.IMAGE, false)),
          Map.entry("image_grid.union_repaired", c -> grid(c, GridOptions.Task.IMAGE, true)),
          Map.entry("video_grid.new", c -> grid(c, GridOptions.Task.VIDEO, false)),
          Map.entry("select_positives.scores", this::selection),
          Map.entry("select_positives.seed", this::selection),
          Map.entry("negatives.accept", this::accepted),
          Map.entry("negatives.anchors", this::anchors),
          Map.entry("negatives.random", this::negatives),
          Map.entry("kfold.split", this::folds),
          Map.entry("split.train_vali_test", this::split));

  @TestFactory
  Stream<DynamicTest> everyRecordedCaseAgrees() {
    return Oracle.lines("regions/cases.jsonl").stream()
        .filter(c -> calls.containsKey(c.get("call").asText()))
        .map(c -> DynamicTest.dynamicTest(c.get("id").asText(), () -> check(c)));
  }

  private void check(JsonNode c) {
    Function<JsonNode, Object> call = calls.get(c.get("call").asText());
    if (c.has("expect_error")) {
      assertThatThrownBy(() -> call.apply(c)).isInstanceOf(LoaderException.class);
    } else {
      agree(call.apply(c), c.get("expect"), c.path("tol").asDouble(0), c.get("id").asText());
    }
  }

  private static Dataset dataset(JsonNode c) {
    Path manifest = Oracle.path("regions/datasets/" + c.get("dataset").asText() + ".kwcoco.json");
    return Manifests.open(manifest, OpenOptions.strict().withKeepDegenerate(true));
  }

  /** Lists, maps, numbers, booleans against their JSON. Keys the answer lacks are not compared. */
  private static void agree(Object got, JsonNode want, double tolerance, String where) {
    if (got instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) -> agree(value, want.get((String) key), tolerance, where + "." + key));
    } else if (got instanceof List<?> list) {
      assertThat(list.size()).as(where).isEqualTo(want.size());
      for (int i = 0; i < list.size(); i++) {
        agree(list.get(i), want.get(i), tolerance, where + "[" + i + "]");
      }
    } else if (got instanceof Boolean flag) {
      assertThat(flag).as(where).isEqualTo(want.asBoolean());
    } else if (want.isNull()) {
      assertThat(got == null || Double.isNaN(((Number) got).doubleValue()))
          .as(where + " is null")
          .isTrue();
    } else {
      double number = ((Number) got).doubleValue();
      assertThat(number)
          .as(where)
          .isCloseTo(want.asDouble(), within(tolerance * Math.max(1, Math.abs(want.asDouble()))));
    }
  }

  private static List<Object> list(int n, IntFunction<Object> entry) {
    return new ArrayList<>(IntStream.range(0, n).mapToObj(entry).toList());
  }

  private static List<Object> ids(Dataset dataset, int[] rows) {
    return list(rows.length, i -> dataset.annotations().id(rows[i]));
  }

  private Object table(JsonNode c) {
    Positives table = Positives.of(dataset(c));
    int n = table.size();
    return Map.of(
        "aid",
        list(n, table::annotationId),
        "gid",
        list(n, table::imageId),
        "category_id",
        list(n, table::categoryId),
        "cx",
        list(n, table::cx),
        "cy",
        list(n, table::cy),
        "width",
        list(n, table::width),
        "height",
        list(n, table::height),
        "img_width",
        list(n, table::imageWidth),
        "img_height",
        list(n, table::imageHeight));
  }

  private static int image(Dataset dataset, long id) {
    int row = dataset.imageRowOfId(id);
    if (row < 0) {
      throw LoaderException.of(io.ndstream.error.Reason.UNKNOWN_IMAGE, "image", id);
    }
    return row;
  }

  private static Box box(JsonNode query) {
    return new Box(
        query.get(1).asDouble(),
        query.get(2).asDouble(),
        query.get(3).asDouble(),
        query.get(4).asDouble());
  }

  private Object overlaps(JsonNode c, double visible) {
    Dataset dataset = dataset(c);
    AnnotationIndex index = AnnotationIndex.build(dataset);
    JsonNode queries = c.at("/args/queries");
    return list(
        queries.size(),
        i ->
            ids(
                dataset,
                index.visible(
                    image(dataset, queries.get(i).get(0).asLong()), box(queries.get(i)), visible)));
  }

  private interface Measure {
    double[] of(AnnotationIndex index, int image, Box box);
  }

  private Object measured(JsonNode c, Measure measure) {
    Dataset dataset = dataset(c);
    AnnotationIndex index = AnnotationIndex.build(dataset);
    JsonNode queries = c.at("/args/queries");
    return list(
        queries.size(),
        i -> {
          int image = image(dataset, queries.get(i).get(0).asLong());
          double[] values = measure.of(index, image, box(queries.get(i)));
          return List.of(
              ids(dataset, index.touching(image, box(queries.get(i)))),
              list(values.length, k -> values[k]));
        });
  }

  private static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size())
        .map(i -> array.get(i).isNull() ? 0 : array.get(i).asInt())
        .toArray();
  }

  private static double[] overlap(JsonNode value) {
    return value.isArray()
        ? IntStream.range(0, value.size()).mapToDouble(i -> value.get(i).asDouble()).toArray()
        : value.isNumber() ? new double[] {value.asDouble()} : new double[0];
  }

  private static int[] steps(JsonNode value) {
    return value.isInt() ? new int[] {value.asInt()} : ints(value);
  }

  private Object slider(JsonNode c) {
    JsonNode args = c.get("args");
    SlidingWindow slider =
        SlidingWindow.over(
            ints(args.get("shape")),
            new SlidingWindow.Motion(
                ints(args.path("window")),
                overlap(args.path("overlap")),
                steps(args.path("stride")),
                args.path("keepbound").asBoolean(true),
                args.path("allow_overshoot").asBoolean(true)));
    int axes = slider.axes();
    return Map.of(
        "stride",
        list(axes, slider::stride),
        "total",
        slider.total(),
        "basis_shape",
        list(axes, slider::count),
        "basis",
        list(
            axes,
            a ->
                list(
                    slider.count(a),
                    i -> List.of(slider.start(a, i), slider.start(a, i) + slider.size(a)))));
  }

  private Object grid(JsonNode c, GridOptions.Task task, boolean union) {
    JsonNode args = c.get("args");
    Dataset dataset = dataset(c);
    boolean whole = args.path("window_dims").isTextual();
    Set<String> negative = new HashSet<>(Set.of("ignore", "background"));
    if (args.path("negative_classes").isArray()) {
      negative.clear();
      args.get("negative_classes").forEach(n -> negative.add(n.asText()));
    }
    Set<String> interest = new HashSet<>();
    args.path("classes_of_interest").forEach(n -> interest.add(n.asText()));
    JsonNode ignore = args.path("ignore_coverage_thresh");
    boolean video = task == GridOptions.Task.VIDEO;
    if (video && !interest.isEmpty()) {
      throw LoaderException.of(io.ndstream.error.Reason.NOT_IMPLEMENTED);
    }
    var classes =
        video
            ? GridOptions.Classes.ANY
            : new GridOptions.Classes(
                interest, negative, ignore.isNull() ? 0 : ignore.asDouble(0.6), union);
    boolean useAnnots = args.path("use_annots").asBoolean(true);
    SampleGrid grid =
        GridBuilder.build(
            dataset,
            AnnotationIndex.build(dataset),
            new GridOptions(
                task,
                whole ? new int[0] : ints(args.get("window_dims")),
                overlap(args.path("window_overlap")),
                true,
                useAnnots,
                classes,
                false,
                1));
    return Map.of(
        "targets", list(grid.size(), i -> row(dataset, grid, i, useAnnots)),
        "positives_indexes", list(grid.positives(), i -> grid.indexes(true)[i] + 1),
        "negatives_indexes", list(grid.size() - grid.positives(), i -> grid.indexes(false)[i] + 1));
  }

  private static Object row(Dataset dataset, SampleGrid grid, int i, boolean useAnnots) {
    GridWindow w = grid.window(i);
    List<Object> row = new ArrayList<>();
    if (w.videoRow() < 0) {
      row.add(dataset.images().get(w.imageRow()).id());
    } else {
      row.addAll(List.of(dataset.videos().get(w.videoRow()).id(), w.timeStart(), w.timeStop()));
    }
    row.addAll(List.of(w.top(), w.bottom(), w.left(), w.right()));
    if (w.videoRow() >= 0) {
      row.add(list(w.frames().length, f -> dataset.images().get(w.frames()[f]).id()));
    }
    row.add(useAnnots ? ids(dataset, grid.annotations(i)) : null);
    return row;
  }

  private Object selection(JsonNode c) {
    Positives table = Positives.of(dataset(c));
    JsonNode args = c.get("args");
    int[] dims = ints(args.get("window_dims"));
    double thresh = args.path("thresh").asDouble(0);
    int[] kept =
        args.has("seed")
            ? PositiveSelection.seeded(table, dims[0], dims[1], thresh, args.get("seed").asLong())
            : PositiveSelection.scored(
                table, dims[0], dims[1], thresh, overlap(args.get("scores")));
    return list(kept.length, i -> kept[i]);
  }

  private Object accepted(JsonNode c) {
    Dataset dataset = dataset(c);
    AnnotationIndex index = AnnotationIndex.build(dataset);
    JsonNode candidates = c.at("/args/candidates");
    return list(
        candidates.size(),
        i -> {
          Box box = box(candidates.get(i));
          return index.coversLess(
              image(dataset, candidates.get(i).get(0).asLong()),
              box.left(),
              box.top(),
              box.right(),
              box.bottom(),
              c.at("/args/thresh").asDouble());
        });
  }

  private Object anchors(JsonNode c) {
    Anchors anchors = Anchors.of(Positives.of(dataset(c)));
    return Map.of(
        "in_order", list(anchors.count(), i -> List.of(anchors.width(i), anchors.height(i))));
  }

  private Object negatives(JsonNode c) {
    JsonNode args = c.get("args");
    Dataset dataset = dataset(c);
    if (args.has("anchors") == args.has("window_size")) {
      throw LoaderException.of(io.ndstream.error.Reason.BAD_ARGUMENT);
    }
    NegativeTable table =
        draw(dataset, AnnotationIndex.build(dataset), args, args.path("seed").asLong());
    if (args.path("exact").asText("true").equals("true")) {
      ReferenceNegatives.requireAll(table);
    }
    return Map.of(
        "gids", list(table.size(), i -> dataset.images().get(table.imageRows()[i]).id()),
        "ltrb",
            list(
                table.size(),
                i -> List.of(table.left(i), table.top(i), table.right(i), table.bottom(i))));
  }

  private static NegativeTable draw(
      Dataset dataset, AnnotationIndex index, JsonNode args, long seed) {
    Anchors anchors = null;
    if (args.has("anchors")) {
      JsonNode sizes = args.get("anchors");
      anchors =
          new Anchors(
              IntStream.range(0, 2 * sizes.size())
                  .mapToDouble(i -> sizes.get(i / 2).get(i % 2).asDouble())
                  .toArray());
    }
    int[] size = args.has("window_size") ? ints(args.get("window_size")) : new int[2];
    int[] images =
        args.path("gids").isArray()
            ? IntStream.of(ints(args.get("gids"))).map(id -> image(dataset, id)).toArray()
            : ReferenceNegatives.imagesById(dataset);
    return ReferenceNegatives.draw(
        dataset,
        index,
        new ReferenceNegatives.Request(
            args.get("num").asInt(),
            size[1],
            size[0],
            anchors,
            args.path("thresh").asDouble(0),
            images,
            args.path("exact").isBoolean() && !args.get("exact").asBoolean(),
            1000,
            seed));
  }

  /** Our runs against the recorded figures, within four standard errors of both. */
  @TestFactory
  Stream<DynamicTest> seededNegativesHaveTheRecordedDistribution() {
    return Oracle.lines("regions/cases.jsonl").stream()
        .filter(c -> c.get("call").asText().equals("negatives.stats"))
        .map(c -> DynamicTest.dynamicTest(c.get("id").asText(), () -> distribution(c)));
  }

  private void distribution(JsonNode c) {
    Dataset dataset = dataset(c);
    AnnotationIndex index = AnnotationIndex.build(dataset);
    int seeds = c.at("/args/n_seeds").asInt();
    double[] counts = new double[seeds];
    int[] perImage = new int[dataset.images().size()];
    for (int seed = 0; seed < seeds; seed++) {
      NegativeTable table = draw(dataset, index, c.get("args"), seed);
      counts[seed] = table.size();
      Arrays.stream(table.imageRows()).forEach(row -> perImage[row]++);
    }
    double mean = Arrays.stream(counts).average().orElseThrow();
    // the same seeds of the same generator: no tolerance is needed beyond rounding
    assertThat(mean).isCloseTo(c.at("/expect/count/mean").asDouble(), within(1e-9));
    assertThat(Arrays.stream(counts).min().orElseThrow())
        .isEqualTo(c.at("/expect/count/min").asDouble());
    double total = Arrays.stream(perImage).sum();
    for (int row = 0; row < perImage.length; row++) {
      double want = c.at("/expect/share_by_gid/" + dataset.images().get(row).id()).asDouble(0);
      double error = STANDARD_ERRORS * Math.sqrt(want * (1 - want) / total) + 1e-12;
      assertThat(perImage[row] / total).isCloseTo(want, within(error));
    }
  }

  private Object folds(JsonNode c) {
    JsonNode args = c.get("args");
    JsonNode named = args.get("groups");
    List<String> names =
        named.path(0).isTextual()
            ? named.valueStream().map(JsonNode::asText).sorted().distinct().toList()
            : null;
    long[] groups =
        IntStream.range(0, named.size())
            .mapToLong(
                i -> names == null ? named.get(i).asLong() : names.indexOf(named.get(i).asText()))
            .toArray();
    int[] folds = GroupFolds.assign(groups, ints(args.get("y")), args.path("n_splits").asInt(3));
    return Map.of("test_fold", list(folds.length, i -> folds[i]));
  }

  private Object split(JsonNode c) {
    DatasetSplit split = DatasetSplit.of(dataset(c), c.at("/args/factor").asInt(3), false);
    return Map.of(
        "train", list(split.train().length, i -> split.train()[i]),
        "vali", list(split.vali().length, i -> split.vali()[i]),
        "test", list(split.test().length, i -> split.test()[i]));
  }
}
