package io.ndstream.plan;

import static io.ndstream.error.Checks.require;

import io.ndstream.error.Reason;

/**
 * The order of one epoch, and every shard's part of it. The global order knows nothing of shards:
 * global batch g holds positions [g * batchSize, (g+1) * batchSize); batch b of shard r of R is
 * global batch b * R + r. So the union over all shards is the same for every R.
 *
 * @param samples number of samples of an epoch
 * @param batchSize samples a batch, 1 or more
 * @param seed of the plan
 * @param epoch 0 or more
 * @param shuffled else the samples come in their own order
 * @param dropRemainder leave out the incomplete batch, and batches that only some shards would get
 */
public record EpochOrder(
    long samples, int batchSize, long seed, long epoch, boolean shuffled, boolean dropRemainder) {
  public EpochOrder {
    require(batchSize > 0, Reason.BAD_ARGUMENT, "batch_size", batchSize, "> 0");
    require(epoch >= 0, Reason.BAD_ARGUMENT, "epoch", epoch, ">= 0");
  }

  private Permutation permutation() {
    return new Permutation(samples, Permutation.mix(seed) + Permutation.mix(epoch + 1));
  }

  /** Batches of the whole epoch. */
  public long globalBatches() {
    return dropRemainder ? samples / batchSize : (samples + batchSize - 1) / batchSize;
  }

  /** Batches of one shard. */
  public long batches(Shard shard) {
    long all = globalBatches();
    if (dropRemainder) {
      return all / shard.count();
    }
    return (all - shard.index() + shard.count() - 1) / shard.count();
  }

  /**
   * @param batch of the shard, 0 … batches(shard)-1
   * @return the samples of a batch, in order
   */
  public long[] batch(Shard shard, long batch) {
    long first = (batch * shard.count() + shard.index()) * batchSize;
    int size = (int) Math.min(batchSize, samples - first);
    Permutation permutation = permutation();
    long[] ids = new long[size];
    for (int i = 0; i < size; i++) {
      ids[i] = shuffled ? permutation.at(first + i) : first + i;
    }
    return ids;
  }
}
