package io.ndstream.rpc;

import io.ndstream.catalog.OpenDataset;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.grid.CoveringWindows;
import io.ndstream.grid.PositiveSelection;
import io.ndstream.grid.Positives;
import io.ndstream.v1.SelectPositivesRequest;
import io.ndstream.v1.SelectPositivesResponse;
import io.ndstream.v1.SelectionMethod;
import io.ndstream.wire.RegionMessages;

/** Answers which few windows stand for many positives. */
final class PositiveChoice {
  private static final int DEFAULT_SIDE = 300;

  private PositiveChoice() {}

  static SelectPositivesResponse answer(OpenDataset open, SelectPositivesRequest request) {
    Violations violations = new Violations();
    int[] given = RegionMessages.window(request.getWindowDimsList(), violations);
    boolean coverage = request.getMethod() == SelectionMethod.SELECTION_METHOD_COVERAGE;
    violations
        .check(
            request.getMethod() != SelectionMethod.UNRECOGNIZED,
            Reason.BAD_ARGUMENT,
            "method",
            request.getMethodValue(),
            "redundancy or coverage")
        .check(
            !coverage || request.getScoresCount() == 0,
            Reason.BAD_ARGUMENT,
            "scores",
            "given",
            "none for coverage")
        .check(
            !request.hasSeed() || request.getScoresCount() == 0,
            Reason.BAD_ARGUMENT,
            "scores",
            "given with seed",
            "one of them")
        .check(
            request.getThresh() >= 0 && request.getThresh() <= 1,
            Reason.BAD_ARGUMENT,
            "thresh",
            request.getThresh(),
            "0 to 1");
    Positives positives = RegionRpc.positives(open, request.getFilter(), violations);
    int height = given[0] == 0 ? DEFAULT_SIDE : given[0];
    int width = given[1] == 0 ? DEFAULT_SIDE : given[1];
    if (coverage) {
      CoveringWindows.Cover cover = CoveringWindows.of(open.dataset(), positives, height, width);
      return SelectPositivesResponse.newBuilder()
          .setWindows(
              RegionMessages.negatives(open.dataset(), cover.windows(), 0, cover.windows().size()))
          .setCovered(cover.covered())
          .setTooLarge(cover.tooLarge())
          .build();
    }
    int[] rows =
        request.getScoresCount() == 0
            ? PositiveSelection.seeded(
                positives, height, width, request.getThresh(), request.getSeed())
            : PositiveSelection.scored(
                positives,
                height,
                width,
                request.getThresh(),
                request.getScoresList().stream().mapToDouble(s -> s).toArray());
    return SelectPositivesResponse.newBuilder().addAllRows(RegionRpc.longs(rows)).build();
  }
}
