package io.ndstream.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class EpochOrderTest {

  @Test
  void everySmallPermutationIsABijection() {
    for (int size = 0; size <= 600; size++) {
      Permutation permutation = new Permutation(size, 17 + size);
      BitSet seen = new BitSet();
      for (int i = 0; i < size; i++) {
        seen.set((int) permutation.at(i));
      }
      assertThat(seen.cardinality()).as("size=%d", size).isEqualTo(size);
      assertThat(seen.length()).as("size=%d", size).isEqualTo(size);
    }
  }

  /**
   * Chi-square of (position decile, element decile) over many keys; 81 degrees of freedom, 0.1 %
   * point 126.1.
   */
  @Test
  void elementsSpreadEvenlyOverPositions() {
    int size = 1000;
    int keys = 200;
    int[][] count = new int[10][10];
    for (int key = 0; key < keys; key++) {
      Permutation permutation = new Permutation(size, Permutation.mix(key));
      for (int i = 0; i < size; i++) {
        count[i / 100][(int) permutation.at(i) / 100]++;
      }
    }
    double expected = size * keys / 100.0;
    double chi = 0;
    for (int[] row : count) {
      for (int n : row) {
        chi += (n - expected) * (n - expected) / expected;
      }
    }
    assertThat(chi).as("chi-square with keys mix(0..199)").isLessThan(126.1);
  }

  @Property(tries = 200)
  void shardsOfAnyCountPartitionTheEpoch(
      @ForAll @LongRange(min = 0, max = 500) long samples,
      @ForAll @IntRange(min = 1, max = 40) int batchSize,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 9) int shards) {
    EpochOrder order = new EpochOrder(samples, batchSize, seed, 3, true, false);
    List<Long> whole = new ArrayList<>();
    for (long b = 0; b < order.batches(Shard.WHOLE); b++) {
      LongStream.of(order.batch(Shard.WHOLE, b)).forEach(whole::add);
    }
    assertThat(whole)
        .containsExactlyInAnyOrderElementsOf(LongStream.range(0, samples).boxed().toList());

    List<Long> interleaved = new ArrayList<>();
    for (long g = 0; g < order.globalBatches(); g++) {
      Shard shard = new Shard((int) (g % shards), shards);
      LongStream.of(order.batch(shard, g / shards)).forEach(interleaved::add);
    }
    assertThat(interleaved).isEqualTo(whole);
    long sum = 0;
    for (int r = 0; r < shards; r++) {
      sum += order.batches(new Shard(r, shards));
    }
    assertThat(sum).isEqualTo(order.globalBatches());
  }

  @Property(tries = 100)
  void droppingTheRemainderGivesEveryShardTheSameNumberOfFullBatches(
      @ForAll @LongRange(min = 0, max = 500) long samples,
      @ForAll @IntRange(min = 1, max = 40) int batchSize,
      @ForAll @IntRange(min = 1, max = 9) int shards) {
    EpochOrder order = new EpochOrder(samples, batchSize, 5, 0, true, true);
    long each = samples / batchSize / shards;
    for (int r = 0; r < shards; r++) {
      Shard shard = new Shard(r, shards);
      assertThat(order.batches(shard)).isEqualTo(each);
      for (long b = 0; b < each; b++) {
        assertThat(order.batch(shard, b)).hasSize(batchSize);
      }
    }
  }

  @Test
  void epochsDifferAndSeedsDiffer() {
    long[] first = new EpochOrder(100, 100, 1, 0, true, false).batch(Shard.WHOLE, 0);
    assertThat(new EpochOrder(100, 100, 1, 1, true, false).batch(Shard.WHOLE, 0))
        .isNotEqualTo(first);
    assertThat(new EpochOrder(100, 100, 2, 0, true, false).batch(Shard.WHOLE, 0))
        .isNotEqualTo(first);
    assertThat(new EpochOrder(100, 100, 1, 0, true, false).batch(Shard.WHOLE, 0)).isEqualTo(first);
  }

  /** The order is part of the API: a plan streamed last month must stream alike today. */
  @Test
  void theOrderNeverChanges() {
    assertThat(new EpochOrder(10, 10, 42, 0, true, false).batch(Shard.WHOLE, 0))
        .containsExactly(GOLDEN);
  }

  private static final long[] GOLDEN = {0, 4, 6, 7, 8, 5, 1, 9, 3, 2};
}
