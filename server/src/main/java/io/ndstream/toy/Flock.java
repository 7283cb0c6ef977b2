package io.ndstream.toy;

/**
 * Points that move through the unit square like a flock (Reynolds 1987): smoothly, and never
 * further than the top speed a step.
 */
final class Flock {
  private static final double SIGHT = 0.2;
  private static final double MAX_STEERING = 0.001;

  private final double maxSpeed;
  private final ToyRandom random;
  private final double[] x;
  private final double[] y;
  private final double[] vx;
  private final double[] vy;

  Flock(int size, double maxSpeed, ToyRandom random) {
    this.maxSpeed = maxSpeed;
    this.random = random;
    this.x = new double[size];
    this.y = new double[size];
    this.vx = new double[size];
    this.vy = new double[size];
    for (int i = 0; i < size; i++) {
      x[i] = random.uniform();
      y[i] = random.uniform();
      vx[i] = random.normal() * maxSpeed;
      vy[i] = random.normal() * maxSpeed;
    }
  }

  double x(int i) {
    return x[i];
  }

  double y(int i) {
    return y[i];
  }

  /** Moves all points by one step. */
  void step() {
    double[] ax = new double[x.length];
    double[] ay = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      steer(i, ax, ay);
    }
    for (int i = 0; i < x.length; i++) {
      vx[i] += ax[i];
      vy[i] += ay[i];
      double speed = Math.sqrt(vx[i] * vx[i] + vy[i] * vy[i]);
      double slow = speed > maxSpeed ? maxSpeed / speed : 1;
      vx[i] *= slow;
      vy[i] *= slow;
      move(i);
    }
  }

  private void steer(int i, double[] ax, double[] ay) {
    double[] apart = new double[2];
    double[] along = new double[2];
    double[] together = new double[2];
    for (int j = 0; j < x.length; j++) {
      double dx = x[j] - x[i];
      double dy = y[j] - y[i];
      double squared = dx * dx + dy * dy;
      if (j == i || squared > SIGHT * SIGHT) {
        continue;
      }
      apart[0] -= dx / (squared + 1e-6);
      apart[1] -= dy / (squared + 1e-6);
      along[0] += vx[j] - vx[i];
      along[1] += vy[j] - vy[i];
      together[0] += dx;
      together[1] += dy;
    }
    double[] border = {inwards(x[i]), inwards(y[i])};
    double[] whim = {random.normal(), random.normal()};
    add(apart, 1, i, ax, ay);
    add(along, 0.33, i, ax, ay);
    add(together, 0.33, i, ax, ay);
    add(border, 1, i, ax, ay);
    add(whim, 0.08, i, ax, ay);
  }

  private static double inwards(double at) {
    return at < SIGHT ? SIGHT - at : at > 1 - SIGHT ? 1 - SIGHT - at : 0;
  }

  /** Adds the direction of a wish, no longer than the greatest steering, times its weight. */
  private static void add(double[] wish, double weight, int i, double[] ax, double[] ay) {
    double length = Math.sqrt(wish[0] * wish[0] + wish[1] * wish[1]);
    double factor = length > MAX_STEERING ? weight * MAX_STEERING / length : weight;
    ax[i] += factor * wish[0];
    ay[i] += factor * wish[1];
  }

  private void move(int i) {
    x[i] += vx[i];
    y[i] += vy[i];
    if (x[i] < 0 || x[i] > 1) {
      x[i] = Math.max(0, Math.min(1, x[i]));
      vx[i] = -vx[i];
    }
    if (y[i] < 0 || y[i] > 1) {
      y[i] = Math.max(0, Math.min(1, y[i]));
      vy[i] = -vy[i];
    }
  }
}
