package io.ndstream.rpc;

import com.google.longrunning.Operation;
import com.google.protobuf.Any;
import io.grpc.stub.StreamObserver;
import io.ndstream.catalog.Catalog;
import io.ndstream.catalog.DatasetLease;
import io.ndstream.coco.Dataset;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.raster.CacheOptions;
import io.ndstream.raster.CachedFrameReader;
import io.ndstream.raster.Preparation;
import io.ndstream.v1.CacheServiceGrpc;
import io.ndstream.v1.GetCacheRequest;
import io.ndstream.v1.GetCacheResponse;
import io.ndstream.v1.PrepareDatasetRequest;
import io.ndstream.v1.PrepareDatasetResponse;
import io.ndstream.wire.CacheMessages;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** The cache of frames on disk, and making its entries beforehand. */
final class CacheRpc extends CacheServiceGrpc.CacheServiceImplBase {
  private final Catalog catalog;
  private final CachedFrameReader frames;
  private final CacheOptions options;
  private final Operations operations;
  private final int threads;
  private final AtomicLong numbers = new AtomicLong();

  /**
   * @param threads files prepared at once
   */
  CacheRpc(
      Catalog catalog,
      CachedFrameReader frames,
      CacheOptions options,
      Operations operations,
      int threads) {
    this.catalog = catalog;
    this.frames = frames;
    this.options = options;
    this.operations = operations;
    this.threads = threads;
  }

  @Override
  public void getCache(GetCacheRequest request, StreamObserver<GetCacheResponse> to) {
    Answers.give(to, () -> CacheMessages.cache(options, frames.counts()));
  }

  @Override
  public void prepareDataset(
      PrepareDatasetRequest request, StreamObserver<PrepareDatasetResponse> to) {
    Answers.give(
        to, () -> PrepareDatasetResponse.newBuilder().setOperation(start(request)).build());
  }

  private Operation start(PrepareDatasetRequest request) {
    int shards = Math.max(1, request.getShards());
    new Violations()
        .check(request.getShards() >= 0, Reason.BAD_ARGUMENT, "shards", request.getShards(), ">= 0")
        .check(
            request.getShard() >= 0 && request.getShard() < shards,
            Reason.BAD_ARGUMENT,
            "shard",
            request.getShard(),
            "0 to " + (shards - 1))
        .throwIfAny();
    DatasetLease lease = catalog.lease(request.getDataset());
    try {
      List<String> files =
          Preparation.shard(locations(lease.get().dataset()), request.getShard(), shards);
      Preparation preparation = new Preparation(frames, threads);
      CompletableFuture<Any> result = new CompletableFuture<>();
      operations
          .run(
              () -> {
                preparation.run(files, request.getDryRun(), result::isCancelled);
                return Any.pack(CacheMessages.result(preparation));
              })
          .whenComplete(
              (done, failure) -> {
                lease.close();
                if (failure == null) {
                  result.complete(done);
                } else {
                  result.completeExceptionally(failure);
                }
              });
      String name = "prepare/" + lease.get().name() + "-" + numbers.incrementAndGet();
      return operations.add(
          name, result, () -> Any.pack(CacheMessages.progress(preparation.progress())));
    } catch (RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  private static List<String> locations(Dataset dataset) {
    return dataset.images().stream()
        .flatMap(image -> image.assets().stream())
        .map(asset -> asset.location())
        .toList();
  }
}
