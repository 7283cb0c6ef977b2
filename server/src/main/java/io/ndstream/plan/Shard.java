package io.ndstream.plan;

import static io.ndstream.error.Checks.require;

import io.ndstream.error.Reason;

/**
 * One trainer's share of an epoch.
 *
 * @param index 0 … count-1
 * @param count trainers that share it, 1 or more
 */
public record Shard(int index, int count) {
  public static final Shard WHOLE = new Shard(0, 1);

  public Shard {
    require(count > 0, Reason.BAD_ARGUMENT, "shards", count, "> 0");
    require(
        index >= 0 && index < count, Reason.BAD_ARGUMENT, "shard", index, "0 to " + (count - 1));
  }
}
