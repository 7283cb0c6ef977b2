package io.ndstream.rpc;

import io.ndstream.catalog.OpenDataset;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.plan.Plan;
import io.ndstream.sample.TargetSpec;
import io.ndstream.v1.ExpectedWindows;
import io.ndstream.v1.ImageCanvas;
import io.ndstream.v1.OpenRunRequest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts the windows of the plan that a run expects. Runs outlive plans and the state of the data
 * set they were made for, so the numbers are what a run keeps.
 */
final class ExpectedPlan {
  private ExpectedPlan() {}

  /**
   * The request with the number of windows of every image in place of the plan; as it is if it
   * names none.
   *
   * @throws LoaderException UNKNOWN_PLAN; DATASET_CHANGED if the plan belongs to another state, or
   *     to another data set; all that can be wrong with its spec
   */
  static OpenRunRequest counted(OpenRunRequest request, OpenDataset dataset, PlanStore plans) {
    if (!request.getExpected().hasPlan() && !request.getExpected().hasPlanSpec()) {
      return request;
    }
    try (PlanStore.Leased leased = plan(request, plans)) {
      Plan plan = leased.plan();
      String fingerprint = dataset.dataset().fingerprint();
      if (!plan.fingerprint().equals(fingerprint)) {
        throw LoaderException.of(
            Reason.DATASET_CHANGED,
            "expected",
            plan.name(),
            "plan_fingerprint",
            plan.fingerprint(),
            "fingerprint",
            fingerprint);
      }
      return withCounts(request, windows(plan));
    }
  }

  private static PlanStore.Leased plan(OpenRunRequest request, PlanStore plans) {
    ExpectedWindows expected = request.getExpected();
    if (expected.hasPlan()) {
      return plans.find(expected.getPlan());
    }
    boolean named = !expected.getPlanSpec().getDataset().isEmpty();
    return plans.make(
        named
            ? expected.getPlanSpec()
            : expected.getPlanSpec().toBuilder().setDataset(request.getDataset()).build());
  }

  /** Number of windows by image id. */
  private static Map<Long, Long> windows(Plan plan) {
    Map<Long, Long> windows = new TreeMap<>();
    for (int sample = 0; sample < plan.windows().size(); sample++) {
      TargetSpec target = plan.target(sample);
      List<Long> images = target.imageIds() == null ? List.of(target.imageId()) : target.imageIds();
      images.forEach(image -> windows.merge(image, 1L, Long::sum));
    }
    return windows;
  }

  /** What an image expects of its own goes first. */
  private static OpenRunRequest withCounts(OpenRunRequest request, Map<Long, Long> windows) {
    OpenRunRequest.Builder counted = request.toBuilder().clearExpected().clearImages();
    for (ImageCanvas image : request.getImagesList()) {
      Long count = windows.remove(image.getImageId());
      counted.addImages(
          image.hasExpected() || count == null
              ? image
              : image.toBuilder().setExpected(expected(count)).build());
    }
    windows.forEach(
        (image, count) ->
            counted.addImagesBuilder().setImageId(image).setExpected(expected(count)));
    return counted.build();
  }

  private static ExpectedWindows expected(long count) {
    return ExpectedWindows.newBuilder().setCount(count).build();
  }
}
