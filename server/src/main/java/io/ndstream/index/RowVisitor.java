package io.ndstream.index;

/** Receives the annotations a query finds, one at a time. */
@FunctionalInterface
public interface RowVisitor {
  /**
   * @param row annotation row
   * @return whether to go on
   */
  boolean visit(int row);
}
