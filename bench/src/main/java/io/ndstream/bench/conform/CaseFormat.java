package io.ndstream.bench.conform;

import java.nio.file.Path;

/** One kind of recorded cases. */
public interface CaseFormat {
  /**
   * Whether {@code dir} holds cases of this kind, told from the content of its files, not from
   * their names alone.
   */
  boolean recognises(Path dir) throws Exception;

  /**
   * Runs every case and reports each exactly once.
   *
   * @param server not started yet; the format says what it has to serve
   * @throws Exception if the cases cannot be run at all; a case that fails is reported, not thrown
   */
  void run(Path dir, ServerUnderTest server, Outcome outcome) throws Exception;
}
