package io.ndstream.rpc;

import com.google.protobuf.Any;
import io.ndstream.v1.CreateGridProgress;
import io.ndstream.v1.GetGridResponse;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;

/** A grid being made, as its clients see it. Whoever cancels {@link #result} ends the work. */
final class GridMaking {
  private final String name;
  private final int total;
  private final LongAdder done = new LongAdder();
  private final CompletableFuture<GridStore.Made> made = new CompletableFuture<>();
  private final CompletableFuture<Any> result =
      made.thenApply(
          grid -> Any.pack(GetGridResponse.newBuilder().setGrid(grid.message()).build()));

  /**
   * @param total images or videos
   */
  GridMaking(String name, int total) {
    this.name = name;
    this.total = total;
  }

  String name() {
    return name;
  }

  /** Name of the operation. */
  String operation() {
    return "grids/" + name;
  }

  CompletableFuture<Any> result() {
    return result;
  }

  Any progress() {
    return Any.pack(
        CreateGridProgress.newBuilder().setGrid(name).setDone(done.sum()).setTotal(total).build());
  }

  /**
   * Counts one more image or video, by any thread.
   *
   * @throws CancellationException if nobody wants the grid any more
   */
  void step() {
    checkWanted();
    done.increment();
  }

  /**
   * @throws CancellationException if nobody wants the grid any more
   */
  void checkWanted() {
    if (result.isCancelled()) {
      throw new CancellationException();
    }
  }

  GridStore.Made get(Duration patience)
      throws InterruptedException, ExecutionException, TimeoutException {
    return made.get(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * The work has ended, with a grid or a failure.
   *
   * @return false if there is a grid but it was cancelled meanwhile, so that nothing of it may stay
   */
  boolean end(GridStore.Made grid, Throwable failure) {
    if (failure != null) {
      made.completeExceptionally(
          failure instanceof CompletionException ? failure.getCause() : failure);
      return true;
    }
    made.complete(grid);
    return !result.isCancelled();
  }
}
