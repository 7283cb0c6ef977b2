package io.ndstream.bench.frames;

import java.util.SplittableRandom;

/** The limit of any reader: copying the rows of random windows out of one array. */
final class StridedCopyRate {
  private StridedCopyRate() {}

  static double measure(int imageSide, int side, double seconds) {
    byte[] image = new byte[imageSide * imageSide * 3];
    byte[] into = new byte[side * side * 3];
    SplittableRandom random = new SplittableRandom(1);
    double rate = 0;
    for (int round = 0; round < 2; round++) {
      long start = System.nanoTime();
      long end = start + (long) (seconds * 1e9);
      long count = 0;
      while (System.nanoTime() < end) {
        int x = random.nextInt(imageSide - side + 1);
        int y = random.nextInt(imageSide - side + 1);
        for (int row = 0; row < side; row++) {
          System.arraycopy(image, ((y + row) * imageSide + x) * 3, into, row * side * 3, side * 3);
        }
        count++;
      }
      rate = count / ((System.nanoTime() - start) / 1e9);
    }
    return rate;
  }
}
