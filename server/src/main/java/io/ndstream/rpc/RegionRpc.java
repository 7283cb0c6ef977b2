package io.ndstream.rpc;

import io.grpc.stub.StreamObserver;
import io.ndstream.catalog.Catalog;
import io.ndstream.catalog.DatasetLease;
import io.ndstream.catalog.OpenDataset;
import io.ndstream.coco.Dataset;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.geom.Box;
import io.ndstream.grid.Anchors;
import io.ndstream.grid.NegativeTable;
import io.ndstream.grid.Pool;
import io.ndstream.grid.Positives;
import io.ndstream.grid.RegionFilter;
import io.ndstream.index.AnnotationIndex;
import io.ndstream.v1.Anchor;
import io.ndstream.v1.CheckNegativesRequest;
import io.ndstream.v1.CheckNegativesResponse;
import io.ndstream.v1.DrawNegativesRequest;
import io.ndstream.v1.DrawNegativesResponse;
import io.ndstream.v1.GetItemRequest;
import io.ndstream.v1.GetItemResponse;
import io.ndstream.v1.GetPoolRequest;
import io.ndstream.v1.GetPoolResponse;
import io.ndstream.v1.ImageBox;
import io.ndstream.v1.ItemKind;
import io.ndstream.v1.ListAnchorsRequest;
import io.ndstream.v1.ListAnchorsResponse;
import io.ndstream.v1.ListOverlapsRequest;
import io.ndstream.v1.ListOverlapsResponse;
import io.ndstream.v1.ListPoolNegativesRequest;
import io.ndstream.v1.ListPoolNegativesResponse;
import io.ndstream.v1.ListTargetsRequest;
import io.ndstream.v1.ListTargetsResponse;
import io.ndstream.v1.Overlaps;
import io.ndstream.v1.PreselectRequest;
import io.ndstream.v1.PreselectResponse;
import io.ndstream.v1.RegionServiceGrpc;
import io.ndstream.v1.SelectPositivesRequest;
import io.ndstream.v1.SelectPositivesResponse;
import io.ndstream.wire.RegionMessages;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Which windows may be sampled. */
final class RegionRpc extends RegionServiceGrpc.RegionServiceImplBase {
  private static final int LARGEST_PAGE = 100_000;
  private static final int MOST_QUERIES = 100_000;

  private final Catalog catalog;
  private final PoolStore pools;

  RegionRpc(Catalog catalog, PoolStore pools) {
    this.catalog = catalog;
    this.pools = pools;
  }

  private <T> void give(StreamObserver<T> to, String dataset, Function<OpenDataset, T> work) {
    Answers.give(
        to,
        () -> {
          try (DatasetLease lease = catalog.lease(dataset)) {
            return work.apply(lease.get());
          }
        });
  }

  @Override
  public void listTargets(ListTargetsRequest request, StreamObserver<ListTargetsResponse> to) {
    give(
        to,
        request.getDataset(),
        open -> {
          Positives table = positives(open, request.getFilter(), new Violations());
          Page page =
              Page.of(request.getPageSize(), request.getPageToken(), table.size(), LARGEST_PAGE);
          return ListTargetsResponse.newBuilder()
              .setTargets(RegionMessages.table(table, page.from(), page.to()))
              .setNextPageToken(page.nextToken())
              .setTotal(table.size())
              .setWithoutBox(table.withoutBox())
              .build();
        });
  }

  /**
   * @param violations mistakes of the rest of the request, which are thrown with those of the
   *     filter
   */
  static Positives positives(
      OpenDataset open, io.ndstream.v1.RegionFilter message, Violations violations) {
    RegionFilter filter = RegionMessages.filter(message, violations);
    filter.check(open.dataset(), violations);
    violations.throwIfAny();
    return PoolStore.positives(open, filter);
  }

  @Override
  public void preselect(PreselectRequest request, StreamObserver<PreselectResponse> to) {
    Answers.give(
        to, () -> PreselectResponse.newBuilder().setPool(pools.make(request).message()).build());
  }

  @Override
  public void getPool(GetPoolRequest request, StreamObserver<GetPoolResponse> to) {
    Answers.give(
        to,
        () ->
            GetPoolResponse.newBuilder().setPool(pools.find(request.getPool()).message()).build());
  }

  @Override
  public void listPoolNegatives(
      ListPoolNegativesRequest request, StreamObserver<ListPoolNegativesResponse> to) {
    Answers.give(
        to,
        () -> {
          PoolStore.Made made = pools.find(request.getPool());
          try (DatasetLease lease = pools.lease(made)) {
            Page page =
                Page.of(
                    request.getPageSize(),
                    request.getPageToken(),
                    made.pool().negatives(),
                    LARGEST_PAGE);
            return ListPoolNegativesResponse.newBuilder()
                .setNegatives(
                    RegionMessages.negatives(
                        lease.get().dataset(), made.pool().negativeTable(), page.from(), page.to()))
                .setNextPageToken(page.nextToken())
                .build();
          }
        });
  }

  @Override
  public void getItem(GetItemRequest request, StreamObserver<GetItemResponse> to) {
    Answers.give(
        to,
        () -> {
          if (request.getPool().isEmpty()) {
            try (DatasetLease lease = catalog.lease(request.getDataset())) {
              return item(lease.get().dataset(), Pool.of(lease.get().positives()), request);
            }
          }
          PoolStore.Made made = pools.find(request.getPool());
          try (DatasetLease lease = pools.lease(made)) {
            return item(lease.get().dataset(), made.pool(), request);
          }
        });
  }

  private static GetItemResponse item(Dataset dataset, Pool pool, GetItemRequest request) {
    ItemKind kind = request.getKind();
    new Violations()
        .check(
            kind != ItemKind.UNRECOGNIZED,
            Reason.BAD_ARGUMENT,
            "kind",
            request.getKindValue(),
            "any, positive or negative")
        .throwIfAny();
    int size =
        kind == ItemKind.ITEM_KIND_POSITIVE
            ? pool.positives()
            : kind == ItemKind.ITEM_KIND_NEGATIVE
                ? pool.negatives()
                : pool.positives() + pool.negatives();
    long index =
        request.hasIndex() ? request.getIndex() : Pool.randomIndex(size, request.getSeed());
    Pool.Item item =
        kind == ItemKind.ITEM_KIND_POSITIVE
            ? pool.positive(index)
            : kind == ItemKind.ITEM_KIND_NEGATIVE ? pool.negative(index) : pool.item(index);
    return GetItemResponse.newBuilder()
        .setItem(RegionMessages.item(dataset, pool, item, NegativeTable.categoryId(dataset)))
        .setIndex(item.index())
        .build();
  }

  @Override
  public void listOverlaps(ListOverlapsRequest request, StreamObserver<ListOverlapsResponse> to) {
    give(
        to,
        request.getDataset(),
        open -> {
          checkBoxes(open.dataset(), request.getQueriesList(), "queries")
              .check(
                  request.getVisibleThresh() >= 0 && request.getVisibleThresh() <= 1,
                  Reason.BAD_ARGUMENT,
                  "visible_thresh",
                  request.getVisibleThresh(),
                  "0 to 1")
              .throwIfAny();
          ListOverlapsResponse.Builder answer = ListOverlapsResponse.newBuilder();
          request
              .getQueriesList()
              .forEach(query -> answer.addOverlaps(overlaps(open, query, request)));
          return answer.build();
        });
  }

  private static Violations checkBoxes(Dataset dataset, List<ImageBox> boxes, String field) {
    Violations violations = new Violations();
    violations.check(
        boxes.size() <= MOST_QUERIES,
        Reason.BAD_ARGUMENT,
        field,
        boxes.size() + " entries",
        "at most " + MOST_QUERIES);
    boxes.stream()
        .mapToLong(ImageBox::getImageId)
        .distinct()
        .forEach(
            id ->
                violations.check(
                    dataset.imageRowOfId(id) >= 0,
                    Reason.UNKNOWN_IMAGE,
                    field,
                    id,
                    "an image of the data set"));
    return violations;
  }

  private static Overlaps overlaps(OpenDataset open, ImageBox query, ListOverlapsRequest request) {
    AnnotationIndex index = open.index();
    int image = open.dataset().imageRowOfId(query.getImageId());
    Box box = new Box(query.getLeft(), query.getTop(), query.getRight(), query.getBottom());
    int[] rows = index.visible(image, box, request.getVisibleThresh());
    Overlaps.Builder overlaps = Overlaps.newBuilder();
    for (int row : rows) {
      overlaps.addAnnotationIds(open.dataset().annotations().id(row));
      if (request.getWithIous()) {
        overlaps.addIous(index.iou(row, box));
      }
      if (request.getWithIooas()) {
        overlaps.addIooas(index.share(row, box.left(), box.top(), box.right(), box.bottom()));
      }
      if (request.getWithVisibility()) {
        overlaps.addVisibilities(index.visibility(row, box));
      }
    }
    return overlaps.build();
  }

  @Override
  public void drawNegatives(
      DrawNegativesRequest request, StreamObserver<DrawNegativesResponse> to) {
    give(to, request.getDataset(), open -> new NegativeDraw(open, request).answer());
  }

  @Override
  public void checkNegatives(
      CheckNegativesRequest request, StreamObserver<CheckNegativesResponse> to) {
    give(
        to,
        request.getDataset(),
        open -> {
          checkBoxes(open.dataset(), request.getCandidatesList(), "candidates")
              .check(
                  request.getThresh() >= 0 && request.getThresh() <= 1,
                  Reason.BAD_ARGUMENT,
                  "thresh",
                  request.getThresh(),
                  "0 to 1")
              .throwIfAny();
          CheckNegativesResponse.Builder answer = CheckNegativesResponse.newBuilder();
          for (ImageBox box : request.getCandidatesList()) {
            int image = open.dataset().imageRowOfId(box.getImageId());
            answer.addAccepted(
                open.index()
                    .coversLess(
                        image,
                        box.getLeft(),
                        box.getTop(),
                        box.getRight(),
                        box.getBottom(),
                        request.getThresh()));
          }
          return answer.build();
        });
  }

  @Override
  public void listAnchors(ListAnchorsRequest request, StreamObserver<ListAnchorsResponse> to) {
    give(
        to,
        request.getDataset(),
        open -> {
          Anchors anchors = Anchors.of(open.positives());
          ListAnchorsResponse.Builder answer = ListAnchorsResponse.newBuilder();
          for (int i = 0; i < anchors.count(); i++) {
            answer.addAnchors(
                Anchor.newBuilder().setWidth(anchors.width(i)).setHeight(anchors.height(i)));
          }
          return answer.build();
        });
  }

  @Override
  public void selectPositives(
      SelectPositivesRequest request, StreamObserver<SelectPositivesResponse> to) {
    give(to, request.getDataset(), open -> PositiveChoice.answer(open, request));
  }

  /** Rows as a message list. */
  static List<Long> longs(int[] rows) {
    return Arrays.stream(rows).asLongStream().boxed().toList();
  }
}
