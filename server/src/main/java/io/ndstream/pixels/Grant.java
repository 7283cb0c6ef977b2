package io.ndstream.pixels;

/** Bytes of a budget that a holder may use. One holder; closing twice is harmless. */
public interface Grant extends AutoCloseable {
  long bytes();

  @Override
  void close();
}
