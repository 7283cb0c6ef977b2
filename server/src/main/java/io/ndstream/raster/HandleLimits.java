package io.ndstream.raster;

/**
 * What a pool of open files may hold.
 *
 * @param handles at once, lent or idle
 * @param bytes of memory behind them, about; idle ones are closed to stay below it, lent ones stay
 *     open
 * @param perFile handles of one file lent at once, so that one file in demand leaves room for
 *     others
 */
public record HandleLimits(int handles, long bytes, int perFile) {
  private static final long DEFAULT_BYTES = 256L << 20;
  private static final int DEFAULT_PER_FILE = 16;

  public HandleLimits {
    atLeastOne("handles", handles);
    atLeastOne("bytes", bytes);
    atLeastOne("perFile", perFile);
  }

  /** This many handles; the other bounds as they suit most machines. */
  public static HandleLimits of(int handles) {
    return new HandleLimits(handles, DEFAULT_BYTES, DEFAULT_PER_FILE);
  }

  private static void atLeastOne(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
    }
  }
}
