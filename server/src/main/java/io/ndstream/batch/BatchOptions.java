package io.ndstream.batch;

import static io.ndstream.error.Checks.require;

import io.ndstream.error.Reason;

/**
 * @param workers threads that read and warp, 1 or more
 * @param budgetBytes memory for batches and samples under way, over all streams and calls
 * @param lookAheadBytes of one stream, beyond the batch it always has room for
 */
public record BatchOptions(int workers, long budgetBytes, long lookAheadBytes) {
  public BatchOptions {
    require(workers > 0 && workers <= 1024, Reason.BAD_ARGUMENT, "workers", workers, "1 to 1024");
    require(
        budgetBytes >= 1 << 20, Reason.BAD_ARGUMENT, "memory-budget", budgetBytes, "1 MiB or more");
    require(lookAheadBytes >= 0, Reason.BAD_ARGUMENT, "look-ahead", lookAheadBytes, ">= 0");
  }
}
