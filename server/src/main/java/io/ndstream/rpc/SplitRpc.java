package io.ndstream.rpc;

import io.grpc.stub.StreamObserver;
import io.ndstream.catalog.Catalog;
import io.ndstream.catalog.DatasetLease;
import io.ndstream.catalog.OpenDataset;
import io.ndstream.coco.Dataset;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.grid.DatasetSplit;
import io.ndstream.grid.GroupFolds;
import io.ndstream.v1.ComputeFoldsRequest;
import io.ndstream.v1.ComputeFoldsResponse;
import io.ndstream.v1.SplitDatasetRequest;
import io.ndstream.v1.SplitDatasetResponse;
import io.ndstream.v1.SplitPart;
import io.ndstream.v1.SplitServiceGrpc;
import io.ndstream.v1.SplitUnit;
import java.util.Arrays;

/** Parts of data sets, and folds. */
final class SplitRpc extends SplitServiceGrpc.SplitServiceImplBase {
  private static final int DEFAULT_FOLDS = 3;
  private static final long MOST_LABELS = 1_000_000;

  private final Catalog catalog;

  SplitRpc(Catalog catalog) {
    this.catalog = catalog;
  }

  @Override
  public void splitDataset(SplitDatasetRequest request, StreamObserver<SplitDatasetResponse> to) {
    Answers.give(
        to,
        () -> {
          try (DatasetLease lease = catalog.lease(request.getDataset())) {
            OpenDataset open = lease.get();
            new Violations()
                .check(
                    request.getUnit() != SplitUnit.UNRECOGNIZED,
                    Reason.BAD_ARGUMENT,
                    "unit",
                    request.getUnitValue(),
                    "image or video")
                .throwIfAny();
            int factor =
                request.getFactor() == 0 ? DatasetSplit.DEFAULT_FACTOR : request.getFactor();
            DatasetSplit split =
                DatasetSplit.of(
                    open.dataset(), factor, request.getUnit() == SplitUnit.SPLIT_UNIT_VIDEO);
            DatasetSplit wanted = request.getNoTest() ? split.withoutTest() : split;
            SplitDatasetResponse.Builder answer =
                SplitDatasetResponse.newBuilder()
                    .addParts(part(open, "train", wanted.train()))
                    .addParts(part(open, "vali", wanted.vali()));
            return (request.getNoTest()
                    ? answer
                    : answer.addParts(part(open, "test", wanted.test())))
                .build();
          }
        });
  }

  private static SplitPart part(OpenDataset open, String part, long[] images) {
    Dataset dataset = open.dataset();
    return SplitPart.newBuilder()
        .setPart(part)
        .setName(open.name() + "-" + part)
        .addAllImageIds(Arrays.stream(images).boxed().toList())
        .setAnnotations(
            Arrays.stream(images)
                .mapToInt(id -> dataset.annotations().ofImage(dataset.imageRowOfId(id)).length)
                .sum())
        .build();
  }

  @Override
  public void computeFolds(ComputeFoldsRequest request, StreamObserver<ComputeFoldsResponse> to) {
    Answers.give(
        to,
        () -> {
          Violations violations = new Violations();
          request
              .getLabelsList()
              .forEach(
                  label ->
                      violations.check(
                          label >= 0 && label < MOST_LABELS,
                          Reason.BAD_ARGUMENT,
                          "labels",
                          label,
                          "0 to " + (MOST_LABELS - 1)));
          int count = request.hasFolds() ? request.getFolds() : DEFAULT_FOLDS;
          GroupFolds.check(request.getGroupsCount(), request.getLabelsCount(), count, violations);
          violations.throwIfAny();
          int[] folds =
              GroupFolds.assign(
                  request.getGroupsList().stream().mapToLong(g -> g).toArray(),
                  request.getLabelsList().stream().mapToInt(Long::intValue).toArray(),
                  count);
          return ComputeFoldsResponse.newBuilder()
              .addAllTestFold(Arrays.stream(folds).boxed().toList())
              .build();
        });
  }
}
