package io.ndstream.toy;

/**
 * One shape through a video: what it is, and how its size breathes. Sides are shares of the
 * video's.
 */
final class Track {
  private static final double[] SIDES = {0.12, 0.18, 0.25, 0.34};

  private final int id;
  private final ToyShape shape;
  private final long paint;
  private final ToyRandom random;
  private final double inertia;
  private final double side;
  private final double ratio;
  private double width;
  private double height;

  Track(int id, ToyRandom random) {
    this.id = id;
    this.random = random;
    this.shape = ToyShape.values()[random.below(ToyShape.values().length)];
    this.paint = random.nextLong();
    this.inertia = 1 - random.uniform(0, 0.1);
    this.side = SIDES[random.below(SIDES.length)];
    this.ratio = random.uniform(0.6, 1.6);
    this.width = wantedWidth();
    this.height = wantedHeight();
  }

  int id() {
    return id;
  }

  ToyShape shape() {
    return shape;
  }

  /** Seed of its colours, the same in every frame. */
  long paint() {
    return paint;
  }

  double width() {
    return 0.9 * width;
  }

  double height() {
    return 0.9 * Math.max(width / 4, Math.min(4 * width, height));
  }

  /** Moves the size a little towards a newly drawn one. */
  void step() {
    width = inertia * width + (1 - inertia) * wantedWidth();
    height = inertia * height + (1 - inertia) * wantedHeight();
  }

  private double wantedWidth() {
    return side * Math.sqrt(ratio) * StrictMath.exp(random.normal() / 6);
  }

  private double wantedHeight() {
    return side / Math.sqrt(ratio) * StrictMath.exp(random.normal() / 6);
  }
}
