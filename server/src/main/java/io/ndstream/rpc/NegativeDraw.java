package io.ndstream.rpc;

import io.ndstream.catalog.OpenDataset;
import io.ndstream.coco.Dataset;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.grid.NegativeOptions;
import io.ndstream.grid.NegativeTable;
import io.ndstream.grid.Negatives;
import io.ndstream.grid.ReferenceNegatives;
import io.ndstream.grid.RegionFilter;
import io.ndstream.v1.DrawNegativesRequest;
import io.ndstream.v1.DrawNegativesResponse;
import io.ndstream.v1.NegativeMode;
import io.ndstream.wire.RegionMessages;
import java.util.stream.IntStream;

/** One request for negatives without a pool. */
final class NegativeDraw {
  private static final long MOST = 10_000_000;

  private final OpenDataset open;
  private final DrawNegativesRequest request;

  NegativeDraw(OpenDataset open, DrawNegativesRequest request) {
    this.open = open;
    this.request = request;
  }

  DrawNegativesResponse answer() {
    Violations violations = new Violations();
    RegionFilter filter = RegionMessages.filter(request.getFilter(), violations);
    filter.check(open.dataset(), violations);
    int[] window = RegionMessages.window(request.getWindowDimsList(), violations);
    boolean reference = request.getMode() == NegativeMode.NEGATIVE_MODE_REFERENCE;
    boolean anchors = request.getAnchorsCount() > 0;
    violations
        .check(
            request.getMode() != NegativeMode.UNRECOGNIZED,
            Reason.BAD_ARGUMENT,
            "mode",
            request.getModeValue(),
            "uniform or reference")
        .check(
            request.getCount() >= 0 && request.getCount() <= MOST,
            Reason.BAD_ARGUMENT,
            "count",
            request.getCount(),
            "0 to " + MOST)
        .check(
            anchors == request.getWindowDimsList().isEmpty(),
            Reason.BAD_ARGUMENT,
            "anchors",
            anchors ? "given with window_dims" : "none and no window_dims",
            "exactly one of both")
        .check(
            reference || !anchors,
            Reason.BAD_ARGUMENT,
            "anchors",
            "given",
            "only in the reference mode")
        .check(
            reference || !request.getSingleRound(),
            Reason.BAD_ARGUMENT,
            "single_round",
            true,
            "only in the reference mode")
        .check(
            reference || !request.hasPatience(),
            Reason.BAD_ARGUMENT,
            "patience",
            request.getPatience(),
            "only in the reference mode")
        .check(
            request.getThresh() >= 0 && request.getThresh() <= 1,
            Reason.BAD_ARGUMENT,
            "thresh",
            request.getThresh(),
            "0 to 1");
    request
        .getImageIdsList()
        .forEach(
            id ->
                violations.check(
                    open.dataset().imageRowOfId(id) >= 0,
                    Reason.UNKNOWN_IMAGE,
                    "image_ids",
                    id,
                    "an image of the data set"));
    if (!reference && window[0] > 0 && request.getCount() != 0) {
      Negatives.checkFits(open.dataset(), rows(filter), window[0], window[1], violations);
    }
    violations.throwIfAny();
    NegativeTable table = reference ? reference(filter, window) : uniform(filter, window);
    if (request.getRequired()) {
      ReferenceNegatives.requireAll(table);
    }
    return DrawNegativesResponse.newBuilder()
        .setNegatives(RegionMessages.negatives(open.dataset(), table, 0, table.size()))
        .setShortfall(table.shortfall())
        .setRounds(table.rounds())
        .build();
  }

  private NegativeTable reference(RegionFilter filter, int[] window) {
    int[] rows =
        IntStream.of(
                request.getImageIdsCount() == 0
                    ? ReferenceNegatives.imagesById(open.dataset())
                    : givenRows())
            .filter(filter.images(open.dataset()))
            .toArray();
    return ReferenceNegatives.draw(
        open.dataset(),
        open.index(),
        new ReferenceNegatives.Request(
            (int) request.getCount(),
            window[0],
            window[1],
            request.getAnchorsCount() > 0 ? RegionMessages.anchors(request.getAnchorsList()) : null,
            request.getThresh(),
            rows,
            request.getSingleRound(),
            request.hasPatience()
                ? request.getPatience()
                : ReferenceNegatives.Request.DEFAULT_PATIENCE,
            request.getSeed()));
  }

  private NegativeTable uniform(RegionFilter filter, int[] window) {
    NegativeOptions options =
        new NegativeOptions(
            (int) request.getCount(),
            window[0],
            window[1],
            request.getThresh(),
            request.getSeed(),
            rows(filter));
    return NegativeTable.of(
        Negatives.draw(open.dataset(), open.index(), options, filter.windows(open.validity())));
  }

  /** Of the images that take part; unknown ones are left to the check. */
  private int[] rows(RegionFilter filter) {
    Dataset dataset = open.dataset();
    IntStream rows =
        request.getImageIdsCount() == 0
            ? IntStream.range(0, dataset.images().size())
            : IntStream.of(givenRows()).distinct();
    return rows.filter(row -> row >= 0).filter(filter.images(dataset)).toArray();
  }

  private int[] givenRows() {
    return request.getImageIdsList().stream().mapToInt(open.dataset()::imageRowOfId).toArray();
  }
}
