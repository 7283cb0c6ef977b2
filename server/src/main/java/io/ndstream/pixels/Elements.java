package io.ndstream.pixels;

/** Where a message finds the elements of an array. */
public sealed interface Elements {
  /** They become part of the message. */
  record OnHeap(byte[] array, int offset, int length) implements Elements {}

  /**
   * The message names them: the receiver maps the file.
   *
   * @param segment a file's name, without its directory
   */
  record InSegment(String segment, int offset, int length) implements Elements {}
}
