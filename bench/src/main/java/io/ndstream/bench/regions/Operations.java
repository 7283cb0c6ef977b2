package io.ndstream.bench.regions;

import io.ndstream.coco.Annotations;
import io.ndstream.coco.Dataset;
import io.ndstream.geom.Box;
import io.ndstream.grid.DatasetSplit;
import io.ndstream.grid.GridBuilder;
import io.ndstream.grid.GridOptions;
import io.ndstream.grid.NegativeOptions;
import io.ndstream.grid.Pool;
import io.ndstream.grid.PoolOptions;
import io.ndstream.grid.PositiveSelection;
import io.ndstream.grid.Positives;
import io.ndstream.grid.WindowFilter;
import io.ndstream.index.AnnotationIndex;
import io.ndstream.index.Hits;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.index.hprtree.HPRtree;

/**
 * What is measured, by the names the reference's script prints too. Each call does the whole of it
 * once.
 */
final class Operations {
  static final int QUERIES = 100_000;
  private static final int WINDOW = 256;

  private final Dataset dataset;
  private final AnnotationIndex index;
  private final Positives positives;
  private final HPRtree[] trees;
  private final int[] images = new int[QUERIES];
  private final Box[] boxes = new Box[QUERIES];

  Operations(Dataset dataset) {
    this.dataset = dataset;
    this.index = AnnotationIndex.build(dataset);
    this.positives = Positives.of(dataset);
    this.trees = hprTrees();
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < QUERIES; i++) {
      images[i] = random.nextInt(dataset.images().size());
      int side = dataset.images().get(images[i]).width() - WINDOW;
      boxes[i] = Box.ofXywh(random.nextInt(side), random.nextInt(side), WINDOW, WINDOW);
    }
  }

  Map<String, Runnable> all() {
    Map<String, Runnable> all = new LinkedHashMap<>();
    all.put("targets", () -> Positives.of(dataset));
    all.put("index build", () -> AnnotationIndex.build(dataset));
    all.put("index build, JTS HPRtree", this::hprTrees);
    all.put("overlap query", this::query);
    all.put("overlap query, JTS HPRtree", this::hprQuery);
    all.put("iooas query", this::iooas);
    all.put("preselect 64x64", () -> preselect(64));
    all.put("preselect sizes of positives", () -> preselect(0));
    all.put("select_positives 300x300", () -> PositiveSelection.seeded(positives, 300, 300, 0, 0));
    all.put(
        "image grid 256",
        () -> GridBuilder.build(dataset, index, GridOptions.images(WINDOW, WINDOW)));
    all.put(
        "image grid 256 overlap 0.5",
        () -> GridBuilder.build(dataset, index, GridOptions.images(WINDOW, WINDOW, 0.5)));
    all.put(
        "video grid 5x256",
        () -> GridBuilder.build(dataset, index, GridOptions.videos(5, WINDOW, WINDOW)));
    all.put("split", () -> DatasetSplit.of(dataset, DatasetSplit.DEFAULT_FACTOR, false));
    return all;
  }

  private void preselect(int side) {
    PoolOptions options =
        new PoolOptions(
            dataset.annotations().size(),
            0,
            side,
            side,
            NegativeOptions.DEFAULT_THRESH,
            0,
            null,
            false);
    Pool.preselect(dataset, index, positives, options, image -> true, WindowFilter.ALL);
  }

  private void query() {
    Hits hits = new Hits();
    long found = 0;
    for (int i = 0; i < QUERIES; i++) {
      Box b = boxes[i];
      index.touching(images[i], b.left(), b.top(), b.right(), b.bottom(), hits);
      found += hits.size();
    }
    require(found > 0);
  }

  private void iooas() {
    double sum = 0;
    for (int i = 0; i < QUERIES; i++) {
      for (double share : index.iooas(images[i], boxes[i])) {
        sum += share;
      }
    }
    require(sum > 0);
  }

  private HPRtree[] hprTrees() {
    Annotations a = dataset.annotations();
    return IntStream.range(0, dataset.images().size())
        .parallel()
        .mapToObj(
            image -> {
              HPRtree tree = new HPRtree();
              for (int row : a.ofImage(image)) {
                tree.insert(
                    new Envelope(
                        a.x(row), a.x(row) + a.width(row), a.y(row), a.y(row) + a.height(row)),
                    row);
              }
              tree.build();
              return tree;
            })
        .toArray(HPRtree[]::new);
  }

  /** With the order by id that {@link AnnotationIndex} promises; ids are rows here. */
  private void hprQuery() {
    long[] found = {0};
    int[] rows = new int[dataset.annotations().size() > 0 ? 4096 : 0];
    for (int i = 0; i < QUERIES; i++) {
      Box b = boxes[i];
      int[] size = {0};
      trees[images[i]].query(
          new Envelope(b.left(), b.right(), b.top(), b.bottom()),
          item -> rows[size[0]++] = (Integer) item);
      Arrays.sort(rows, 0, size[0]);
      found[0] += size[0];
    }
    require(found[0] > 0);
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new AssertionError("the work was not done");
    }
  }
}
