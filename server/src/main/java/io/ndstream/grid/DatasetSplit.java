package io.ndstream.grid;

import io.ndstream.coco.Annotations;
import io.ndstream.coco.Dataset;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Images for training, validation and test, by ids, ascending; no image is in two parts, one
 * without annotations is in none. Fold 0 of the whole is the test part, fold 0 of the rest the
 * validation part.
 */
public record DatasetSplit(long[] train, long[] vali, long[] test) {
  public static final int DEFAULT_FACTOR = 3;

  /**
   * @param factor folds, 2 or more
   * @param wholeVideos keep the frames of a video together instead of each image alone
   * @throws io.ndstream.error.LoaderException BAD_ARGUMENT if there are fewer annotations than
   *     folds
   */
  public static DatasetSplit of(Dataset dataset, int factor, boolean wholeVideos) {
    Annotations annotations = dataset.annotations();
    int[] items =
        IntStream.range(0, dataset.images().size())
            .flatMap(image -> Arrays.stream(annotations.ofImage(image)))
            .toArray();
    new Violations()
        .check(factor >= 2, Reason.BAD_ARGUMENT, "factor", factor, ">= 2")
        .check(
            items.length >= Math.max(1, factor),
            Reason.BAD_ARGUMENT,
            "dataset",
            items.length + " annotations",
            "one a fold or more")
        .throwIfAny();
    long[] groups =
        Arrays.stream(items)
            .mapToLong(row -> group(dataset, annotations.image(row), wholeVideos))
            .toArray();
    int[] labels = labels(dataset, items);
    int[] outer = GroupFolds.assign(groups, labels, factor);
    int[] rest = IntStream.range(0, items.length).filter(i -> outer[i] != 0).toArray();
    int[] inner =
        GroupFolds.assign(
            Arrays.stream(rest).mapToLong(i -> groups[i]).toArray(),
            Arrays.stream(rest).map(i -> labels[i]).toArray(),
            factor);
    return new DatasetSplit(
        images(
            dataset,
            items,
            IntStream.range(0, rest.length).filter(k -> inner[k] != 0).map(k -> rest[k])),
        images(
            dataset,
            items,
            IntStream.range(0, rest.length).filter(k -> inner[k] == 0).map(k -> rest[k])),
        images(dataset, items, IntStream.range(0, items.length).filter(i -> outer[i] == 0)));
  }

  /** Training and test part together for training. */
  public DatasetSplit withoutTest() {
    long[] both = Arrays.copyOf(train, train.length + test.length);
    System.arraycopy(test, 0, both, train.length, test.length);
    Arrays.sort(both);
    return new DatasetSplit(both, vali, new long[0]);
  }

  private static long group(Dataset dataset, int image, boolean wholeVideos) {
    int video = dataset.images().get(image).video();
    return wholeVideos ? (video >= 0 ? video : -1L - image) : dataset.images().get(image).id();
  }

  /**
   * Category ids in their order, counted from 0: gaps between ids would only add labels that
   * nothing has.
   */
  private static int[] labels(Dataset dataset, int[] items) {
    Annotations annotations = dataset.annotations();
    long[] categories =
        Arrays.stream(items).mapToLong(annotations::categoryId).sorted().distinct().toArray();
    return Arrays.stream(items)
        .map(row -> Arrays.binarySearch(categories, annotations.categoryId(row)))
        .toArray();
  }

  private static long[] images(Dataset dataset, int[] items, IntStream chosen) {
    return chosen
        .mapToLong(i -> dataset.images().get(dataset.annotations().image(items[i])).id())
        .sorted()
        .distinct()
        .toArray();
  }
}
