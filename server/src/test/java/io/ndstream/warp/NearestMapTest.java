package io.ndstream.warp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** However maps and cuts follow each other, nearest reads pixels that the file has. */
class NearestMapTest {
  private static final int TRIES = 3000;

  private final Scratch scratch = new Scratch();

  @Test
  void whatIsUsedLiesInTheFile() {
    int turned = 0;
    for (int seed = 0; seed < TRIES; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Source source = new Source(1 + random.nextInt(40), 1 + random.nextInt(40), 0);
      ReadPlan plan = plan(random, source);
      scratch.reset();
      NearestMap map = new NearestMap().follow(plan, scratch);

      Window used = map.used();
      if (used.isEmpty()) {
        continue;
      }
      assertThat(source.level(map.level()).intersect(used))
          .as("seed %d, %s", seed, plan)
          .isEqualTo(used);
      turned += map.isSeparable() ? 0 : 1;
    }
    assertThat(turned).isGreaterThan(TRIES / 10);
  }

  private static ReadPlan plan(SplittableRandom random, Source source) {
    ReadPlan plan = ReadPlan.whole(source, true);
    int steps = 1 + random.nextInt(4);
    for (int i = 0; i < steps && plan.width() > 0 && plan.height() > 0; i++) {
      plan = random.nextBoolean() ? plan.crop(box(random, plan)) : warp(random, plan);
    }
    return plan;
  }

  private static Window box(SplittableRandom random, ReadPlan plan) {
    int x = random.nextInt(plan.width());
    int y = random.nextInt(plan.height());
    return new Window(
        x, y, 1 + random.nextInt(plan.width() - x), 1 + random.nextInt(plan.height() - y));
  }

  private static ReadPlan warp(SplittableRandom random, ReadPlan plan) {
    double turn = random.nextBoolean() ? random.nextDouble() * 6 : 0;
    Affine map =
        Affine.of(
            0.3 + 2 * random.nextDouble(),
            0.3 + 2 * random.nextDouble(),
            turn,
            0,
            20 * random.nextDouble() - 10,
            20 * random.nextDouble() - 10,
            0,
            0);
    return plan.warp(map, 1 + random.nextInt(60), 1 + random.nextInt(60));
  }
}
