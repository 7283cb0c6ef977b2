package io.ndstream.stitch;

import static io.ndstream.error.Checks.require;

import io.ndstream.error.Reason;
import java.nio.file.Path;

/**
 * @param directory where runs keep their journals and spilled tiles
 * @param memoryBytes tiles in memory, shared evenly by the open runs
 * @param journalBytes a journal is begun anew beyond this size
 */
public record StitchOptions(Path directory, long memoryBytes, long journalBytes) {
  private static final long MIB = 1 << 20;

  public StitchOptions {
    require(memoryBytes >= MIB, Reason.BAD_ARGUMENT, "stitch-memory", memoryBytes, ">= 1 MiB");
    require(journalBytes > 0, Reason.BAD_ARGUMENT, "stitch-journal", journalBytes, "> 0");
  }

  /**
   * Journals of twice the memory, but no more than 1 GiB: beginning one anew writes what memory
   * holds, so that all of it adds at most half of what is written anyway.
   */
  public static StitchOptions in(Path directory, long memoryBytes) {
    return new StitchOptions(directory, memoryBytes, Math.min(2 * memoryBytes, 1024 * MIB));
  }
}
